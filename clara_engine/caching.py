"""How answers are remembered: in memory by `remembered`, on disk in the folder ``cache`` of a workspace.

In memory there is one way. An answer is found by all that it depends on: the arguments, and where the workspace decides
what is true, the number of its topic (`clara_engine.store.versions`), so that nothing has to be thrown away when
something changes. The answers used longest ago go first.

The exception is a small pure function that a loop calls for every sample or header card, or one without arguments: it
has `functools.lru_cache` with a size, or `functools.cache`, which cost a tenth of it. That two threads may compute such
an answer twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from math import isnan
from threading import Condition
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

__all__ = ["remembered", "remembered_with"]

P = ParamSpec("P")
One = TypeVar("One")
Answer = TypeVar("Answer")


def remembered(
    most: int, key: Callable[..., Hashable] = hashkey, size: Callable[[Any], float] | None = None
) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Cache the last results of a function, which may be called from any thread.

    Whoever asks for what another thread computes now waits for it: nothing is computed twice. An error is told to
    whoever asked first, and not remembered; the next one tries again.

    Parameters
    ----------
    most : int
        So many answers are remembered; of answers that have a size, so much together.
    key : callable
        From the arguments to all that the answer depends on; by default the arguments themselves.
    size : callable, optional
        From an answer to its size, where these are very unequal; one above `most` is not remembered.

    Examples
    --------
    >>> @remembered(2)
    ... def square(number):
    ...     print("computed")
    ...     return number**2
    >>> square(3) + square(3)
    computed
    18
    """

    def found_by(*args: Any, **named: Any) -> Hashable:
        return _comparable(key(*args, **named))

    def remember(function: Callable[P, Answer]) -> Callable[P, Answer]:
        answers: LRUCache[Hashable, Answer] = LRUCache(most, getsizeof=size)
        return cast(Callable[P, Answer], cached(answers, key=found_by, condition=Condition())(function))

    return remember


def remembered_with(function: Callable[[One], Answer]) -> Callable[[One], Answer]:
    """Cache what a function finds of an object for as long as the object lives.

    As `remembered` from any thread. The object is told from others by its identity, and the answer must not hold it.

    Parameters
    ----------
    function : callable
        Of one object.
    """
    answers: WeakKeyDictionary[One, Answer] = WeakKeyDictionary()
    return cast(Callable[[One], Answer], cached(answers, key=lambda one: one, condition=Condition())(function))


def _comparable(value: Any) -> Hashable:
    """The same where NaN equals itself: since Python 3.13 a dataclass that holds one is not equal to itself."""
    if isinstance(value, float) and isnan(value):
        return "NaN"
    if isinstance(value, tuple):
        return tuple(map(_comparable, value))
    if is_dataclass(value) and type(value).__eq__ is not object.__eq__:
        return (type(value), *(_comparable(getattr(value, field.name)) for field in fields(value)))
    return cast(Hashable, value)
