"""Summaries of files for their registration: each file is read once, in worker processes as soon as these are ready."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import BrokenExecutor, Future
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from isal import isal_zlib

from clara_engine.errors import UnreadableLightCurve
from clara_engine.progress import Progress, silent
from clara_engine.readers.remote import local_copy, remote_stamp, url_of
from clara_engine.readers.summary import Summary
from clara_engine.text import visible
from clara_engine.workers import Workers, cores, processes

__all__ = ["FileSummary", "digest_of", "stamp_of", "summarise_file", "summarise_files"]

File = tuple[str, str]

CHUNK = 32
#: Larger files are read in pieces; no light curve is that large.
WHOLE_BYTES = 1 << 26
#: More than a file and its numbers take.
KEPT_BYTES = 1 << 24
#: Starting processes takes about as long as so many files.
WORTH_PROCESSES = 600


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What a file holds, or why it can't be read.

    Attributes
    ----------
    path : str
    stamp : (int, int)
        Its bytes and the time of its last change [ns].
    found : tuple of Summary
    reason : str
        Empty where it can be read.
    columns : str
        What a person named of its columns.
    digest : str
        See `digest_of`.
    """

    path: str
    stamp: tuple[int, int] = (0, 0)
    found: tuple[Summary, ...] = ()
    reason: str = ""
    columns: str = ""
    digest: str = ""


def stamp_of(path: str | Path) -> tuple[int, int]:
    """Size [bytes] and time of last change [ns] of a file, or of what a URL names."""
    url = url_of(path)
    return remote_stamp(url) if url else _stamp(os.stat(path))


def digest_of(path: str | Path) -> str:
    """CRC-32 of the content of a file, the same for its copies."""
    found = 0
    with open(local_copy(path), "rb") as file:
        while block := file.read(2**20):
            found = isal_zlib.crc32(block, found)
    return f"{found:08x}"


def summarise_file(path: str | os.PathLike[str], columns: str = "") -> FileSummary:
    """Read the samples of a file, once: its digest is that of the same bytes.

    Parameters
    ----------
    path : str or Path
        Or a URL.
    columns : str
        Which column is what; empty where names say it.
    """
    from clara_engine.readers.content import content_of  # with every product, which lists and tables do without
    from clara_engine.readers.registry import summarise

    if url := url_of(path):
        try:
            stamp = stamp_of(url)
            return replace(summarise_file(local_copy(url), columns), path=url, stamp=stamp)
        except UnreadableLightCurve as error:
            return FileSummary(url, reason=str(error))
    path = Path(path)
    try:
        str(path).encode()
    except UnicodeEncodeError:  # the database stores UTF-8 text only
        return FileSummary(visible(str(path)), reason=f"{visible(path.name)}: its name is not UTF-8: rename it")
    try:
        state = os.stat(path)  # before the content, so that a change in between is noticed
        content = content_of(path, state) if state.st_size <= WHOLE_BYTES else None
        found = summarise(path, content, columns=columns or None)
        digest = f"{isal_zlib.crc32(content):08x}" if content is not None else digest_of(path)
        return FileSummary(str(path), _stamp(state), found, columns=columns, digest=digest)
    except OSError as error:
        return FileSummary(str(path), reason=f"{path.name}: {error.strerror or error}")
    except UnreadableLightCurve as error:
        return FileSummary(str(path), reason=str(error))


def summarise_files(
    files: Sequence[File], progress: Progress = silent, workers: Workers | None = None
) -> Generator[FileSummary, None, None]:
    """Read the samples of files, with the columns of each, in whatever order; what `progress` raises ends it.

    Parameters
    ----------
    files : sequence of File
        Paths, and the columns of each.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    workers : Workers, optional
        Who reads them; by default this machine.
    """
    parts = [list(files[start : start + CHUNK]) for start in range(0, len(files), CHUNK)]
    if workers is None or workers.here:
        results = _summarised_here(deque(parts), len(files) >= WORTH_PROCESSES and cores() > 1)
    else:
        results = workers.spread(_summarise_all, parts, tick=lambda: progress(done, len(files)))
    done = 0
    with closing(results):
        for found in results:
            done += len(found)
            yield from found
            progress(done, len(files))


def _summarised_here(parts: deque[list[File]], in_processes: bool) -> Generator[list[FileSummary], None, None]:
    """Summaries part by part: this process reads too, from the first moment, while others start."""
    pool = processes() if in_processes else None
    running: dict[Future[list[FileSummary]], list[File]] = {}
    try:
        while parts or running:
            while pool is not None and parts and len(running) < cores() + 1:
                part = parts.popleft()
                running[pool.submit(_summarise_all, part)] = part
            ready = [future for future in running if future.done()]
            if not ready and parts:
                found = _summarise_all(parts.pop())
            elif running:
                future = ready[0] if ready else next(iter(running))
                part = running.pop(future)
                try:
                    found = future.result()
                except BrokenExecutor:
                    pool, found = None, _summarise_all(part)
            yield found
    finally:
        for future in running:
            future.cancel()


def _stamp(state: os.stat_result) -> tuple[int, int]:
    return state.st_size, state.st_mtime_ns


def _summarise_all(files: Sequence[File]) -> list[FileSummary]:
    _keep_memory()
    return [summarise_file(path, columns) for path, columns in files]


@cache
def _keep_memory() -> None:
    """Have this process keep the memory of one file for the next one.

    The C library gives back to the system what lies free beyond twice the largest block that was ever freed
    (mallopt(3), M_MMAP_THRESHOLD). Then every file would ask for its pages anew. This block is never touched, so it
    takes none.
    """
    np.empty(KEPT_BYTES, np.uint8)
