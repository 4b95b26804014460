"""Writing so that a reader sees the old file or the new one, never half of it; reading so that trouble is one line.

What is not yet whole is called ``.NAME.RANDOM.part`` and locked by whoever writes it. What a process that is gone left
of that kind, `remove_left_behind` removes.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO

from clara_engine.errors import ClaraError, DamagedFile, WorkspaceUnavailable, first_line
from clara_engine.locks import hold, left_behind
from clara_engine.ways_out import way_out

__all__ = [
    "check_writable",
    "listed",
    "reading",
    "remove_left_behind",
    "unlisted",
    "whole_folder",
    "write_atomically",
    "write_zip",
    "writing",
]

PART = ".part"
#: Name of the lock file in a folder that is still being written.
WRITER = ".writer"
TRIES = 20
#: An unlocked folder younger than this [s] may have a writer that has not locked it yet.
BEGUN_S = 3600.0


def write_atomically(
    path: Path,
    write: Callable[[Path], object],
    *,
    then: Callable[[], object] = lambda: None,
    home: Path | None = None,
    within: AbstractContextManager[object] | None = None,
) -> None:
    """Let `write` fill a file beside `path`, flush it to disk, and rename it into place.

    Parameters
    ----------
    path : Path
    write : callable
        Called with the path to fill.
    then : callable
        Called when the file is in place, and still held: it is not yet taken for left behind.
    home : Path, optional
        What must be there. When it is gone, its folders are not made anew where it was.
    within : context manager, optional
        The file takes its place within it, and does not when entering it raises: what counts changes, and the change.

    Raises
    ------
    WorkspaceUnavailable
        When the disk is full, gone or read-only; the old file is then as it was.
    """
    with writing(path):
        _make_folder(path.parent, home)
        beside, handle = _begun(path)
        try:
            write(beside)
            with beside.open("rb") as file:
                os.fsync(file.fileno())
            with within or nullcontext():
                beside.replace(path)
            then()
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            os.close(handle)


def check_writable(path: Path) -> None:
    """Say in one line why a file can't be written, before there is anything to write; makes nothing.

    Raises
    ------
    WorkspaceUnavailable
    """
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        there = next(folder for folder in path.parents if folder.exists())
        if not there.is_dir():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        if not os.access(there, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@contextmanager
def whole_folder(
    folder: Path,
    *,
    then: Callable[[], object] | None = None,
    home: Path | None = None,
    within: AbstractContextManager[object] | None = None,
) -> Iterator[Path]:
    """A folder beside `folder`, to be filled in the block, that takes its place when all is in it.

    Where another process has been quicker, that one's folder stays. See `write_atomically` for `home`, `within` and
    errors.

    Parameters
    ----------
    folder : Path
    then : callable, optional
        Called when the folder is in its place, to list it somewhere; when it raises, or the process is killed within
        it, the folder goes, in the latter case when somebody finds it `unlisted`.
    home : Path, optional
        As in `write_atomically`.
    within : AbstractContextManager, optional
        As in `write_atomically`.
    """
    with writing(folder):
        _make_folder(folder.parent, home)
        beside = _beside(folder)
        beside.mkdir()
        held = beside / WRITER
        handle = os.open(held, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            hold(handle)
            yield beside
            if then is None:
                held.unlink(missing_ok=True)
            with within or nullcontext():
                try:
                    beside.rename(folder)
                except OSError:
                    if not folder.is_dir():
                        raise
            if then is not None:
                try:
                    then()
                except BaseException:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise
                listed(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
            os.close(handle)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one line why a file or folder can't be written."""
    try:
        yield
    except OSError as error:
        raise WorkspaceUnavailable(f"{path} can't be written: {_why(error)}") from None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in one line why a file can't be read, or that it is damaged."""
    try:
        yield
    except ClaraError:
        raise
    except FileNotFoundError:
        raise WorkspaceUnavailable(
            f"{path} is not there any more: was it moved, deleted, or its disk unmounted?"
        ) from None
    except OSError as error:
        if error.errno is not None:
            raise WorkspaceUnavailable(f"{path} can't be read: {_why(error)}") from None
        raise _damaged(path, error) from None
    except Exception as error:  # damage makes libraries raise whatever they come to
        raise _damaged(path, error) from None


def remove_left_behind(root: Path, *, keep: tuple[str, ...] = ()) -> int:
    """Remove what processes that are gone left half-written below a folder; returns how much that was.

    Folders at the top that are called as in `keep` are not looked into. What is being written stays.

    Parameters
    ----------
    root : Path
    keep : tuple of str
        Names of folders at the top.
    """
    removed = 0
    for place, folders, files in os.walk(root):
        if Path(place) == root:
            folders[:] = [name for name in folders if name not in keep]
        for name in filter(_is_part, files):
            removed += _remove_if_left(Path(place, name), Path(place, name))
        for name in filter(_is_part, folders):
            part = Path(place, name)
            removed += _remove_if_left(part, part / WRITER)
        folders[:] = [name for name in folders if not _is_part(name)]
    return removed


@contextmanager
def unlisted(folder: Path) -> Iterator[bool]:
    """Whether whoever put a folder into its place has ended before it was known to be listed; see `whole_folder`.

    Nobody can come to another view within the block.
    """
    with left_behind(folder / WRITER) as left:
        yield left


def listed(folder: Path) -> None:
    """Say that a folder is listed."""
    with suppress(OSError):
        (folder / WRITER).unlink(missing_ok=True)


def _remove_if_left(part: Path, held: Path) -> bool:
    with suppress(OSError):
        if part != held and not held.exists():
            if time.time() - part.stat().st_mtime > BEGUN_S:
                shutil.rmtree(part)
                return True
            return False
        with left_behind(held) as left:
            if left and part.is_dir():
                shutil.rmtree(part)
            elif left:
                part.unlink()
            return left
    return False


def _is_part(name: str) -> bool:
    return name.startswith(".") and name.endswith(PART)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}{PART}")


def _begun(path: Path) -> tuple[Path, int]:
    """A new file beside another, and its handle, which holds it."""
    for _ in range(TRIES):
        beside = _beside(path)
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        if hold(handle) is not False and beside.exists():  # else another process has just removed it as abandoned
            return beside, handle
        os.close(handle)
    raise OSError(f"no file can be kept beside {path.name}")


def _make_folder(folder: Path, home: Path | None) -> None:
    if home is not None and not os.path.exists(home):
        raise WorkspaceUnavailable(f"{home} is not there any more: was it moved, deleted, or its disk unmounted?")
    folder.mkdir(parents=True, exist_ok=True)


def _why(error: OSError) -> str:
    """The system's words; numpy gives none when a disk is full."""
    if error.errno is not None:
        return os.strerror(error.errno)
    return f"{' '.join(str(error).split())} (is the disk full?)"


def _damaged(path: Path, error: BaseException) -> DamagedFile:
    return DamagedFile(path, first_line(error), way_out(path))


def write_zip(file: Path | IO[bytes], parts: Mapping[str, bytes | str], *, level: int = 0) -> None:
    """Write a zip file that is the same whenever it is written: its parts have no time.

    Parameters
    ----------
    file : Path or binary file
    parts : mapping of str to bytes or str
        Name of each part to its content, in this order.
    level : int
        How hard to pack, up to 9; 0 stores the parts as they are.
    """
    kind = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            about = zipfile.ZipInfo(name)
            about.external_attr = 0o644 << 16
            archive.writestr(about, content, compress_type=kind, compresslevel=level or None)
