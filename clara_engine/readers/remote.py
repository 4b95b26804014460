"""Light curves in object storage: listed there, and read through a bounded folder of copies on this machine.

A file there is known by its URL, such as ``s3://bucket/sector/file.fits``. fsspec talks to the storage; it finds keys
and addresses where other programs for that storage do, for S3 in the variables and files of AWS.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import Any

import platformdirs

from clara_engine.errors import UnreadableLightCurve, one_line

__all__ = ["is_there", "local_copy", "remote_files", "remote_stamp", "url_of", "written"]

URL = re.compile(r"(s3|gs|gcs|az|abfs|https?|memory):/+([^/].*)", re.DOTALL)
#: What changes with the content of a file, as kinds of storage call it; the best comes first.
MARKS = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "Last-Modified", "updated", "mtime", "created")
#: What the copies may take together; those that were used longest ago go [bytes].
MOST_BYTES = 4 << 30
#: The copies lie on so many shelves, of which one is looked through at a time.
SHELVES = 64
#: No light curve is larger, nor a pack of some [bytes].
LARGEST_BYTES = 1 << 30
#: A copy that was used within this time stays, as somebody may be reading it [s].
IN_USE_S = 60
#: How long a listing is taken for what is there [s].
LISTED_S = 60


def url_of(path: str | PathLike[str]) -> str | None:
    """The URL that a path stands for, also where it went through `Path`, which drops a slash; None for a file here."""
    found = URL.fullmatch(Path(path).as_posix() if isinstance(path, PathLike) else path)
    return f"{found[1]}://{found[2]}" if found else None


def written(path: str | PathLike[str]) -> str:
    """A path as people write it: a URL has both slashes."""
    return url_of(path) or os.fspath(path)


def is_there(path: str | PathLike[str]) -> bool:
    """Whether a file is there, as far as this machine tells: storage elsewhere is not asked."""
    return url_of(path) is not None or os.path.exists(path)


def remote_files(url: str) -> list[str]:
    """URLs of all files below a prefix, or of the one file that it is, sorted.

    Raises
    ------
    UnreadableLightCurve
        The storage can't be asked; one line.
    """
    with _telling(url):
        system, place = _opened(url)
        return sorted(filter(None, (url_of(system.unstrip_protocol(name)) for name in system.find(place))))


def remote_stamp(url: str) -> tuple[int, int]:
    """Size [bytes], and a number that changes with the content as far as the storage tells: by its tag, or its time.

    Raises
    ------
    UnreadableLightCurve
        It is not there, or the storage can't be asked.
    """
    with _telling(url):
        system, place = _opened(url)
        found = system.info(place)
        mark = next((str(found[name]) for name in MARKS if found.get(name)), "")
        return int(found.get("size") or 0), int(hashlib.sha256(mark.encode()).hexdigest()[:15], 16)


def local_copy(path: str | PathLike[str]) -> str | PathLike[str]:
    """A file of this machine with the content of a URL, fetched when there is none of its present state; else the path.

    Parameters
    ----------
    path : str or path-like
        A URL, or a path, which is given back as it is.

    Raises
    ------
    UnreadableLightCurve
        It can't be fetched; one line.
    """
    url = url_of(path)
    if url is None:
        return path
    size, changed = remote_stamp(url)
    if size > LARGEST_BYTES:
        raise UnreadableLightCurve(f"{url} has {size / 1e9:.1f} GB: no light curve is so large")
    name = hashlib.sha256(f"{url} {size} {changed}".encode()).hexdigest()[:24]
    shelf = platformdirs.user_cache_path("clara") / "remote" / f"{int(name, 16) % SHELVES:02d}"
    copy = shelf / name / Path(url).name
    try:
        os.utime(copy)
    except OSError:
        _make_room(shelf, size)
        _fetch(url, copy)
    return copy


def _fetch(url: str, copy: Path) -> None:
    part = copy.parent / f"{uuid.uuid4().hex}.part"
    with _telling(url):
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            system, place = _opened(url)
            system.get_file(place, str(part))
            part.replace(copy)
        finally:
            part.unlink(missing_ok=True)


def _make_room(shelf: Path, size: int) -> None:
    """Remove copies that were used longest ago, until another of `size` bytes fits; others may do so meanwhile."""
    copies = []
    for copy in shelf.glob("*/*"):
        with suppress(OSError):
            state = copy.stat()
            copies.append((state.st_mtime, state.st_size, copy))
    taken = size + sum(each for _, each, _ in copies)
    for used, each, copy in sorted(copies):
        if taken <= MOST_BYTES // SHELVES or used > time.time() - IN_USE_S:
            return
        with suppress(OSError):
            copy.unlink()
            copy.parent.rmdir()
        taken -= each


def _opened(url: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    system, place = url_to_fs(url, listings_expiry_time=LISTED_S)
    return system, place


@contextmanager
def _telling(url: str) -> Iterator[None]:
    """Say in a line why storage does not give something; its libraries raise errors of many kinds."""
    try:
        yield
    except UnreadableLightCurve:
        raise
    except ImportError as error:
        raise UnreadableLightCurve(f"{url}: {one_line(error)}: see the extra s3 of clara-astro") from None
    except FileNotFoundError:
        raise UnreadableLightCurve(f"{url}: nothing is there, or nobody answers") from None
    except PermissionError:
        raise UnreadableLightCurve(f"{url}: the storage refuses: this account may not read it") from None
    except Exception as error:
        raise UnreadableLightCurve(f"{url} can't be fetched: {one_line(error)}") from None
