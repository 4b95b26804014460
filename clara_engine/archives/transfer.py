"""One file from an archive to the disk: resumed where it broke off, verified, renamed when it is whole."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import requests

from clara_engine.archives.polite_session import PoliteSession, explained
from clara_engine.archives.receipts import Receipt, digest
from clara_engine.errors import ArchiveError, ClaraError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["PART", "Download", "Stop", "transfer"]

PART = ".part"
BLOCK = 1 << 18
STOPPED = "stopped; what has come is kept"


@dataclass(frozen=True, slots=True)
class Download:
    """A file to have; size and checksum where they are known."""

    name: str
    address: str
    bytes: int | None = None
    sha256: str | None = None


class _BrokenOffError(ClaraError):
    """The body ended too early; the part that came is kept."""


class Stop(threading.Event):
    """Ends transfers. Those that wait for an answer give up their part at once, and end when their time is out."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: set[BinaryIO] = set()

    def set(self) -> None:
        """End every transfer that has this."""
        super().set()
        for part in list(self._parts):
            if fcntl and not part.closed:
                with suppress(OSError, ValueError):  # its transfer may close it meanwhile
                    fcntl.flock(part, fcntl.LOCK_UN)

    @contextmanager
    def freeing(self, part: BinaryIO) -> Iterator[None]:
        """Let go of the lock on a part when this is set."""
        self._parts.add(part)
        try:
            yield
        finally:
            self._parts.discard(part)


def transfer(session: PoliteSession, file: Download, folder: Path, stop: Stop) -> Receipt:
    """Download a file into a folder.

    It arrives as ``NAME.part``, with what the archive calls this state of it in ``NAME.part.tag``; a later call resumes
    from there if the archive still has the same state.

    Parameters
    ----------
    session : PoliteSession
    file : Download
    folder : Path
    stop : Stop
        Set from outside, it ends the transfer.

    Raises
    ------
    ArchiveError
        One line that begins with the name of the file.
    OSError
        When the disk fails.
    """
    archive, path = session.archive, folder / file.name
    part = path.with_name(path.name + PART)
    tag_file = path.with_name(path.name + PART + ".tag")
    for attempt in range(archive.retries + 1):
        try:
            with explained(archive):
                tag = _receive(session, file, part, tag_file, stop)
            break
        except _BrokenOffError as broken:
            if attempt == archive.retries or stop.is_set():
                raise ArchiveError(f"{file.name}: {broken}") from None
            stop.wait(archive.backoff_s * 2**attempt)
        except ArchiveError as error:
            raise ArchiveError(f"{file.name}: {error}") from error.__cause__
    checksum = digest(part)
    if file.sha256 and checksum != file.sha256:
        _forget(part, tag_file)
        raise ArchiveError(f"{file.name}: not the checksum of the manifest: the file has changed at its source")
    receipt = Receipt(file.name, file.address, part.stat().st_size, checksum, time.time(), tag)
    tag_file.unlink(missing_ok=True)  # before the rename: after it, nobody would look for one that is left
    part.replace(path)
    return receipt


def _receive(session: PoliteSession, file: Download, part: Path, tag_file: Path, stop: Stop) -> str:
    """Fill the part; returns the tag of the file at the archive."""
    with part.open("ab") as out, _alone(out, stop):
        have = out.tell()
        old_tag = tag_file.read_text() if tag_file.exists() else ""
        headers = {"Accept-Encoding": "identity"}
        if have and old_tag:
            headers |= {"Range": f"bytes={have}-", "If-Range": old_tag}
        with session.get(file.address, headers=headers, stream=True) as response:
            if stop.is_set():
                raise ArchiveError(STOPPED)
            if response.status_code == 416:
                out.truncate(0)
                raise _BrokenOffError("the file has changed at the archive")
            response.raise_for_status()
            if response.status_code != 206:
                have = 0
                out.truncate(0)
            tag = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
            tag_file.write_text(tag)
            length = response.headers.get("Content-Length")
            total = have + int(length) if length else file.bytes
            if file.bytes is not None and total != file.bytes:
                out.truncate(0)
                raise ArchiveError(f"{total} bytes instead of {file.bytes}: the file has changed at its source")
            got = _copy(session, response, out, file.name, have, stop)
        if total is not None and got != total:
            raise _BrokenOffError(
                f"{session.archive.title} broke off after {got} of {total} bytes: run again to resume"
            )
        out.flush()
        os.fsync(out.fileno())
    return tag


def _copy(session: PoliteSession, response: requests.Response, out: BinaryIO, name: str, got: int, stop: Stop) -> int:
    try:
        for block in response.iter_content(BLOCK):
            if stop.is_set():
                raise ArchiveError(STOPPED)
            if not got:
                _check_kind(name, block)
            out.write(block)
            got += len(block)
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError):
        raise _BrokenOffError(f"{session.archive.title} broke off after {got} bytes: run again to resume") from None
    return got


@contextmanager
def _alone(out: BinaryIO, stop: Stop) -> Iterator[None]:
    """Lock the partial file against other processes, until the transfer ends or is stopped."""
    if fcntl:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveError("another process is downloading it: wait for that one") from None
    with stop.freeing(out):
        yield


def _check_kind(name: str, start: bytes) -> None:
    """Refuse a web page that pretends to be a FITS file."""
    if name.endswith(".fits") and not start.startswith(b"SIMPLE  ="):
        raise ValueError("no FITS file")


def _forget(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
