"""Features of many light curves in parallel, in bounded memory, cancellable between chunks."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import ClaraError, FeatureError
from clara_engine.features.definition import FeatureSet
from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Progress, silent
from clara_engine.readers import read_light_curve
from clara_engine.text import counted
from clara_engine.workers import Workers, raise_if_cancelled

__all__ = ["FeatureRows", "Source", "extract", "feature_row", "feature_rows"]

Float = NDArray[np.float64]
Source = str | os.PathLike[str] | LightCurve | Callable[[], LightCurve]
Key = TypeVar("Key", bound=Hashable)

CHUNK = 16
# Those in memory go to their worker whole, and are large; a part that goes to a cluster costs as much as some of them.
CHUNK_IN_MEMORY = 4
# Starting processes takes about as long as the features of this many light curves.
WORTH_PROCESSES = 100


@dataclass(frozen=True, slots=True, eq=False)
class FeatureRows:
    """Features of light curves that are in memory.

    Attributes
    ----------
    rows : ndarray of float32, shape (k, d)
        One row for each light curve that has features, in the order given.
    kept : ndarray of int, shape (k,)
        Which light curve each row belongs to.
    failures : dict of int to str
        Why the others have none.
    """

    rows: NDArray[np.float32]
    kept: NDArray[np.intp]
    failures: dict[int, str]


def extract(
    items: Iterable[tuple[Key, Source]],
    feature_set: FeatureSet,
    *,
    workers: int | Workers | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
    total: int | None = None,
) -> Generator[tuple[Key, Float | FeatureError], None, None]:
    """Compute `feature_set` for every item, in whatever order they finish.

    Parameters
    ----------
    items : iterable of (key, source)
        A source is a path, a LightCurve, or a callable of no arguments that gives one. Files are read, and callables
        called, by the worker that computes them; so a callable can be pickled. Items are drawn as they are needed.
    feature_set : FeatureSet
    workers : int or Workers, optional
        How many at a time; all cores when not given, no pool when 1. Or a cluster, see `clara_engine.dask_cluster`.
    executor : concurrent.futures.Executor, optional
        Runs the chunks instead of one of ours, e.g. ``dask.distributed.Client.get_executor()``; it is left open.
        Otherwise many files go to processes; few files, and light curves in memory, to threads.
    progress : callable
        Called as ``progress(done, total)`` four times a second; what it raises ends the work.
    total : int, optional
        How many items there are, where `items` has no length.

    Yields
    ------
    key, ndarray of float64, shape (feature_set.size,)
        Or, in place of the row, the error that tells why there is none.

    Raises
    ------
    WorkerError
        When a process dies.
    """
    total = (len(items) if isinstance(items, Sized) else 0) if total is None else total
    waiting = iter(items)
    progress(0, total)
    if executor is None and workers == 1:
        for done, (key, source) in enumerate(waiting, start=1):
            yield key, feature_row(feature_set, key, source)
            progress(done, total)
        return

    done = 0
    first = list(islice(waiting, CHUNK))
    in_memory = any(isinstance(source, LightCurve) for _, source in first)
    pool = workers if isinstance(workers, Workers) else Workers(workers, executor)
    results = pool.spread(
        partial(_chunk, feature_set),
        _chunks(chain(first, waiting), CHUNK_IN_MEMORY if in_memory and pool.here else CHUNK),
        processes=not in_memory and total >= WORTH_PROCESSES,
        tick=lambda: progress(done, total),
    )
    with closing(results):
        for found in results:
            done += len(found)
            yield from found


def feature_rows(
    light_curves: Sequence[LightCurve],
    feature_set: FeatureSet,
    *,
    workers: int | Workers | None = None,
    progress: Progress = silent,
) -> FeatureRows:
    """Features of light curves in memory, such as a synthetic set, in their order.

    Parameters
    ----------
    light_curves : sequence of LightCurve
    feature_set : FeatureSet
    workers : int or Workers, optional
        By default one a core.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    FeatureRows
        The rows of those that have features, and why the others have none.
    """
    rows = np.empty((len(light_curves), feature_set.size), np.float32)
    failures: dict[int, str] = {}
    with closing(extract(list(enumerate(light_curves)), feature_set, workers=workers, progress=progress)) as results:
        for index, result in results:
            if isinstance(result, FeatureError):
                failures[index] = str(result)
            else:
                rows[index] = result
    kept = np.array([i for i in range(len(light_curves)) if i not in failures], dtype=np.intp)
    return FeatureRows(rows[kept] if failures else rows, kept, dict(sorted(failures.items())))


def _chunks(items: Iterable[tuple[Key, Source]], size: int) -> Iterator[list[tuple[Key, Source]]]:
    waiting = iter(items)
    while chunk := list(islice(waiting, size)):
        yield chunk


def _chunk(feature_set: FeatureSet, chunk: Sequence[tuple[Key, Source]]) -> list[tuple[Key, Float | FeatureError]]:
    found = []
    for key, source in chunk:
        raise_if_cancelled()
        found.append((key, feature_row(feature_set, key, source)))
    return found


def feature_row(feature_set: FeatureSet, key: Hashable, source: Source) -> Float | FeatureError:
    """Features of one light curve, or why there are none; `key` stands for it in the reason.

    Parameters
    ----------
    feature_set : FeatureSet
    key : Hashable
        Of the light curve; for the reason.
    source : LightCurve, Path or callable
        A callable makes the light curve.

    Returns
    -------
    ndarray of float, or FeatureError
        Shape (feature_set.size,).
    """
    try:
        if not isinstance(source, LightCurve):
            source = source() if callable(source) else read_light_curve(Path(source))
        row = feature_set.compute(source)
    except ClaraError as error:
        return FeatureError(str(error))
    except Exception as error:  # one bad light curve must not stop the extraction of all others
        return FeatureError(f"{key}: {type(error).__name__} while computing features: {error}".replace("\n", " "))
    if row.shape != (feature_set.size,) or not np.isfinite(row).all():
        return FeatureError(f"{key}: features of {feature_set.id} are not {counted(feature_set.size, 'finite number')}")
    return row
