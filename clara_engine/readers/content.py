"""The bytes of a file, plain or gzipped: opened, or read whole; and what is wrong with one that can't be read."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from isal import igzip, igzip_lib

from clara_engine.errors import UnreadableLightCurve, first_line

__all__ = ["content_of", "is_zipped", "naming", "opened", "other_kind", "telling"]

#: Holds the headers of most products.
BUFFER = 1 << 15
GZIP = b"\x1f\x8b"
SAVE_AS = "save time and flux as FITS, CSV or Parquet"
#: What files begin with that people take for light curves, and what mends it.
OTHER_KINDS = {
    b"BZh": "packed with bzip2: unpack it first",
    b"\xfd7zXZ": "packed with xz: unpack it first",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it first",
    b"PK\x03\x04": f"a zip archive, as .zip, .xlsx and .npz are: unpack it, or {SAVE_AS}",
    b"\x89HDF": f"an HDF5 file: {SAVE_AS}",
    b"\x93NUMPY": f"an array of NumPy: {SAVE_AS}",
    b"PAR1": "a Parquet table: give it the ending .parquet",
    b"SIMPLE  =": "a FITS file: give it the ending .fits",
}
WEB_PAGE = (b"<!doctype html", b"<html")


@contextmanager
def telling() -> Iterator[None]:
    """Say in a line what is wrong with a file that can't be read."""
    try:
        yield
    except FileNotFoundError:
        raise UnreadableLightCurve("no such file") from None
    except PermissionError:
        raise UnreadableLightCurve("permission denied: this user may not read it") from None
    except (EOFError, igzip_lib.IsalError) as error:  # type: ignore[misc]
        raise UnreadableLightCurve("truncated or damaged gzip file: fetch it again") from error
    except igzip.BadGzipFile as error:
        raise UnreadableLightCurve(f"damaged gzip file ({error}): fetch it again") from error
    except OSError as error:
        raise UnreadableLightCurve(f"can't be read: {error.strerror or first_line(error):.150}") from error


@contextmanager
def naming(path: str | PathLike[str]) -> Iterator[None]:
    """Put the file's name before the message of an error; numbers that are none are judged, not warned of."""
    try:
        with np.errstate(all="ignore"):  # NaN of damaged files may signal
            yield
    except UnreadableLightCurve as error:
        raise UnreadableLightCurve(f"{Path(path).name}: {error}") from error


def content_of(path: Path, state: os.stat_result | None = None) -> bytes:
    """All bytes of a file as it lies there, gzipped or not.

    Parameters
    ----------
    path : Path
    state : os.stat_result, optional
        Of the file, where it was asked before.

    Raises
    ------
    UnreadableLightCurve
        The file can't be read; the message names it.
    """
    with naming(path), telling():
        _check_kind(state or os.stat(path))
        with open(path, "rb", buffering=0) as file:
            return file.readall()


def opened(path: Path, content: bytes | None = None) -> BinaryIO:
    """A stream of what a file holds once it is unzipped, from `content` where that was read before.

    Parameters
    ----------
    path : Path
    content : bytes, optional
        All of its bytes, gzipped or not; where they are given, the file itself is left alone.

    Raises
    ------
    OSError, UnreadableLightCurve
        The file can't be opened, or is none.
    """
    if content is not None:
        stream: BinaryIO = io.BytesIO(content)
        return cast(BinaryIO, igzip.open(stream)) if content.startswith(GZIP) else stream
    _check_kind(os.stat(path))
    stream = path.open("rb", buffering=BUFFER)
    if stream.read(len(GZIP)) != GZIP:
        stream.seek(0)
        return stream
    stream.close()
    return cast(BinaryIO, igzip.open(path))


def other_kind(begin: bytes) -> str:
    """What a file is that begins so, with what mends it; empty where nothing is known of it."""
    if begin.lstrip(b"\xef\xbb\xbf \r\n\t")[:14].lower().startswith(WEB_PAGE):
        return "a web page: the download failed, fetch it again"
    return next((what for mark, what in OTHER_KINDS.items() if begin.startswith(mark)), "")


def is_zipped(stream: BinaryIO) -> bool:
    """Whether what `opened` gave is unzipped while it is read."""
    return isinstance(stream, igzip.IGzipFile)


def _check_kind(state: os.stat_result) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise UnreadableLightCurve("is a folder, not a file")
    if not stat.S_ISREG(state.st_mode):
        raise UnreadableLightCurve("is not a regular file")
