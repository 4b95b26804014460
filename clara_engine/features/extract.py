"""Features of many light curves in parallel, in bounded memory, cancellable between chunks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Hashable, Iterable, Sequence, Sized
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import closing
from dataclasses import dataclass
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

__all__ = ["FeatureRows", "extract", "feature_rows"]

Float = NDArray[np.float64]
Source = str | os.PathLike[str] | LightCurve
Key = TypeVar("Key", bound=Hashable)

CHUNK = 16
# Starting processes takes about as long as reading this many files.
WORTH_PROCESSES = 400
REPORT_SECONDS = 0.25


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
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
    total: int | None = None,
) -> Generator[tuple[Key, Float | FeatureError], None, None]:
    """Compute `feature_set` for every item, in whatever order they finish.

    Parameters
    ----------
    items : iterable of (key, path or LightCurve)
        Files are read by the worker that computes them. Items are drawn from the iterable as they are needed.
    feature_set : FeatureSet
    workers : int, optional
        How many at a time; all cores when not given, no pool when 1.
    executor : concurrent.futures.Executor, optional
        Runs the chunks instead of a pool of its own, e.g. ``dask.distributed.Client.get_executor()``; it is left open.
        Otherwise many files go to processes; few files, and light curves in memory, to threads.
    progress : callable
        Called as ``progress(done, total)`` four times a second; what it raises ends the work.
    total : int, optional
        How many items there are, where `items` has no length.

    Yields
    ------
    key, ndarray of float64, shape (feature_set.size,)
        Or, in place of the row, the error that tells why there is none.
    """
    total = (len(items) if isinstance(items, Sized) else 0) if total is None else total
    workers = max(1, workers or os.cpu_count() or 1)
    waiting = iter(items)
    progress(0, total)
    if executor is None and workers == 1:
        for done, (key, source) in enumerate(waiting, start=1):
            yield key, _row(feature_set, key, source)
            progress(done, total)
        return

    done = 0
    first = list(islice(waiting, CHUNK))
    waiting = chain(first, waiting)
    pool = executor or _pool(first, total, workers)
    running: set[Future[list[tuple[Key, Float | FeatureError]]]] = set()
    try:
        while True:
            while len(running) < 2 * workers and (chunk := list(islice(waiting, CHUNK))):
                running.add(pool.submit(_chunk, feature_set, chunk))
            if not running:
                return
            finished, running = wait(running, timeout=REPORT_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                results = future.result()
                done += len(results)
                yield from results
            progress(done, total)
    except BrokenExecutor:
        raise FeatureError("a worker process died, perhaps for want of memory: try fewer workers") from None
    finally:
        for future in running:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=False, cancel_futures=True)


def feature_rows(
    light_curves: Sequence[LightCurve],
    feature_set: FeatureSet,
    *,
    workers: int | None = None,
    progress: Progress = silent,
) -> FeatureRows:
    """Features of light curves in memory, such as a synthetic set, in their order."""
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


def _pool(first: Sequence[tuple[Key, Source]], total: int, workers: int) -> Executor:
    if total >= WORTH_PROCESSES and not any(isinstance(source, LightCurve) for _, source in first):
        # Not fork: the caller may have threads.
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, mp_context=spawn, initializer=_end_with_parent)
    return ThreadPoolExecutor(workers, thread_name_prefix="features")


def _end_with_parent() -> None:
    """In a worker process: leave Ctrl-C to the parent, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


def _chunk(feature_set: FeatureSet, chunk: Sequence[tuple[Key, Source]]) -> list[tuple[Key, Float | FeatureError]]:
    return [(key, _row(feature_set, key, source)) for key, source in chunk]


def _row(feature_set: FeatureSet, key: Hashable, source: Source) -> Float | FeatureError:
    try:
        row = feature_set.compute(source if isinstance(source, LightCurve) else read_light_curve(Path(source)))
    except ClaraError as error:
        return FeatureError(str(error))
    except Exception as error:  # one broken light curve must not end the other thousands
        return FeatureError(f"{key}: {type(error).__name__} while computing features: {error}".replace("\n", " "))
    if row.shape != (feature_set.size,) or not np.isfinite(row).all():
        return FeatureError(f"{key}: features of {feature_set.id} are not {feature_set.size} finite numbers")
    return row
