"""Downloading files: several at once, with room on the disk; what is there already is left alone."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clara_engine.archives.cancellable import begin
from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import PoliteSession
from clara_engine.archives.receipts import Receipt, receipts, record
from clara_engine.archives.transfer import PART, Download, Stop, transfer
from clara_engine.errors import ArchiveError, ClaraError
from clara_engine.progress import Progress, silent
from clara_engine.text import agreeing, counted

__all__ = ["RESERVE_BYTES", "Download", "Downloaded", "download", "expected_bytes", "free_bytes", "here"]

TYPICAL_BYTES = 2_100_000  # a light curve of 27 d at 2 min
FAST_BYTES = 6 * TYPICAL_BYTES  # at 20 s
FFI_BYTES = 500_000
RESERVE_BYTES = 200_000_000
GIVE_UP_AFTER = 6  # failures in a row: the archive is down, and asking for the rest is impolite
POLL_S = 0.3


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The outcome for each requested file.

    Attributes
    ----------
    new, present : tuple of str
        Names of files that were downloaded now, and that were here and sound.
    changed : tuple of str
        Those of `new` whose content is not what was downloaded before.
    failed : tuple of (name, reason)
    not_tried : int
        Files that were left when the archive had failed too often.
    bytes : int
        Size of the new ones.
    """

    folder: Path
    new: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    not_tried: int = 0
    bytes: int = 0


def free_bytes(folder: Path) -> int:
    """Room left on the disk of a folder [bytes]."""
    return shutil.disk_usage(folder).free


def download(
    archive: Archive,
    files: Sequence[Download],
    folder: Path,
    *,
    workers: int = 4,
    refresh: bool = False,
    free: Callable[[Path], int] = free_bytes,
    progress: Progress = silent,
) -> Downloaded:
    """Bring files into a folder.

    A name may hold folders. Each file arrives beside its place as ``NAME.part``, which a later call resumes, and is
    renamed when its size and its checksum are right. A file that is here with the size of its receipt is not asked for
    again.

    Parameters
    ----------
    archive : Archive
        Gives pace, time-out and retries.
    files : sequence of Download
        What to bring, with sizes and checksums where they are known.
    folder : Path
    workers : int
        Downloads at a time.
    refresh : bool
        Download again what is here, and tell what has changed.
    free : callable
        Room on the disk of a folder [bytes].
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Raises
    ------
    ArchiveError
        When the disk is full or will be, or when not a single file could be had. What has arrived stays.
    """
    try:
        for place in {(folder / file.name).parent for file in files} | {folder}:
            place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _disk(error, folder) from None
    known = receipts(folder)
    present = set() if refresh else here(files, folder)
    wanted = [file for file in files if file.name not in present]
    _check_room(wanted, folder, known, free)
    stop = Stop()
    new: list[Receipt] = []
    failed: list[tuple[str, str]] = []
    row = 0
    queue = iter(wanted)
    with PoliteSession(archive, pool=workers, stop=stop, files=True) as session:
        running: dict[Future[Receipt], Download] = {}
        try:
            while True:
                while row < GIVE_UP_AFTER and len(running) < workers and (file := next(queue, None)):
                    running[begin(partial(transfer, session, file, folder, stop))] = file
                progress(len(present) + len(new) + len(failed), len(files))
                if not running:
                    break
                for future in wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED).done:
                    file = running.pop(future)
                    try:
                        receipt = future.result()
                    except ArchiveError as error:
                        failed.append((file.name, str(error)))
                        row += 1
                    else:
                        record(folder, receipt)
                        new.append(receipt)
                        row = 0
        except OSError as error:
            raise _disk(error, folder) from None
        finally:
            stop.set()
    if failed and not new and not present:
        raise ArchiveError(failed[0][1])
    changed = [r.name for r in new if r.name in known and known[r.name].sha256 != r.sha256]
    return Downloaded(
        folder,
        tuple(r.name for r in new),
        tuple(sorted(present)),
        tuple(changed),
        tuple(failed),
        len(wanted) - len(new) - len(failed),
        sum(r.bytes for r in new),
    )


def here(files: Sequence[Download], folder: Path) -> set[str]:
    """Names of those files that a folder holds, as far as their size and the receipt can tell.

    Parameters
    ----------
    files : sequence of Download
    folder : Path
    """
    known = receipts(folder)
    return {file.name for file in files if _sound(folder / file.name, file, known.get(file.name))}


def expected_bytes(file: Download) -> int:
    """Size of a file, or that of its like [bytes]."""
    typical = FFI_BYTES if file.name.rsplit("/", 1)[-1].startswith("hlsp_") else TYPICAL_BYTES
    return file.bytes or (FAST_BYTES if file.name.endswith("fast-lc.fits") else typical)


def _sound(path: Path, file: Download, receipt: Receipt | None) -> bool:
    try:
        size = path.stat().st_size
    except OSError:
        return False
    if file.sha256 and receipt and receipt.sha256 != file.sha256:
        return False
    expected = file.bytes if file.bytes is not None else receipt.bytes if receipt else None
    return size > 0 and (expected is None or size == expected)


def _check_room(wanted: list[Download], folder: Path, known: dict[str, Receipt], free: Callable[[Path], int]) -> None:
    sizes = [known[file.name].bytes if file.name in known else expected_bytes(file) for file in wanted]
    part = sum(path.stat().st_size for path in folder.rglob(f"*{PART}"))
    need, room = max(0, sum(sizes) - part), free(folder)
    if wanted and need + RESERVE_BYTES > room:
        raise ArchiveError(
            f"{counted(len(wanted), 'file')} {agreeing(len(wanted), 'need')} about {need / 1e9:.2g} GB, and "
            f"{folder} has {room / 1e9:.2g} GB left "
            f"({RESERVE_BYTES / 1e9:.2g} GB are kept free): make room, choose fewer, or another --workspace"
        )


def _disk(error: OSError, folder: Path) -> ClaraError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ArchiveError(f"the disk of {folder} is full: make room and run again; what has come is kept")
    return ArchiveError(f"{folder} can't be written: {error.strerror or error}")
