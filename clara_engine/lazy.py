"""Names of a package that are imported when they are first asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

__all__ = ["imported_when_asked", "taken_when_asked"]


def imported_when_asked(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a module (PEP 562) that imports each of its names from its home.

    Parameters
    ----------
    package : str
        ``__name__`` of the module.
    homes : mapping of str to str
        Name to the module that has it.
    """

    def get(name: str) -> object:
        if name in homes:
            return getattr(importlib.import_module(homes[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return get


def taken_when_asked(package: str, names: Mapping[str, Sequence[str]]) -> None:
    """Let a package take names from its modules when they are first asked for.

    The names stay what they are where a module is called as one of them: to import ``forest.explain`` does not put that
    module into the place of the function ``explain``.

    Parameters
    ----------
    package : str
        ``__name__`` of the package.
    names : mapping of str to sequence of str
        Module below ``clara_engine`` to the names that are taken from it.
    """

    def taken(home: str, name: str) -> property:
        def get(module: object) -> object:
            return getattr(importlib.import_module(f"clara_engine.{home}"), name)

        def put(module: object, value: object) -> None:
            if not isinstance(value, ModuleType):  # as which the import of a module puts it beside the names
                raise AttributeError(f"{package}.{name} can't be set: set it in clara_engine.{home}")

        return property(get, put)

    found = {name: taken(home, name) for home, each in names.items() for name in each}
    sys.modules[package].__class__ = type("Package", (ModuleType,), found)
