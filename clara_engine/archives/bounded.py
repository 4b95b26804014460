"""The body of an archive's answer, up to a size and until a time; what goes beyond is refused while it comes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from clara_engine.errors import ArchiveError

__all__ = ["BoundedAdapter", "BoundedBody"]

PIECE = 1 << 16
#: Unpacked. Half a million rows of a catalogue take less.
MOST_BYTES = 1 << 28
#: A whole answer may take so many times what an archive may be silent.
PATIENCE = 10


class BoundedBody:
    """A body of urllib3 that raises once it has given too much, or has taken too long; else it is as that one.

    Parameters
    ----------
    raw : urllib3.response.BaseHTTPResponse
    title : str
        Of the archive, for the reason.
    seconds : float
        How long the whole may take, from now on.
    most : int
        Bytes, unpacked.
    """

    def __init__(self, raw: Any, title: str, seconds: float, most: int = MOST_BYTES) -> None:
        self._raw, self._title, self._seconds, self._most = raw, title, seconds, most
        self._until = time.monotonic() + seconds
        self._got = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """The next `amt` bytes, fewer at the end alone; all where it is None.

        Parameters
        ----------
        amt : int, optional
        decode_content : bool, optional
            Whether to unpack what is packed.

        Raises
        ------
        ArchiveError
            Too many bytes, or too late.
        """
        if amt is None or amt < 0:
            return b"".join(self.stream(decode_content=decode_content))
        found, left = [], amt
        while left > 0 and (piece := self._piece(left, decode_content)):
            found.append(piece)
            left -= len(piece)
        return b"".join(found)

    def stream(self, amt: int = PIECE, decode_content: bool | None = None) -> Iterator[bytes]:
        """The bytes in pieces, as they come; parameters and errors are those of `read`.

        Parameters
        ----------
        amt : int
        decode_content : bool, optional
        """
        while piece := self._piece(amt, decode_content):
            yield piece

    def _piece(self, most: int, decode_content: bool | None) -> bytes:
        """What has come, at most so many bytes; nothing at the end."""
        piece: bytes = self._raw.read1(most, decode_content=decode_content)
        self._got += len(piece)
        if self._got > self._most:
            self._refuse(f"sent more than {self._most / 1e6:.0f} MB, too much for an answer: ask for less")
        if time.monotonic() > self._until:
            self._refuse(f"did not end its answer within {self._seconds:g} s: try again later")
        return piece

    def _refuse(self, why: str) -> None:
        self._raw.close()
        raise ArchiveError(f"{self._title} {why}")


class BoundedAdapter(HTTPAdapter):
    """An adapter whose answers have a `BoundedBody`; `bounds` are its title, time [s] and bytes."""

    bounds: tuple[str, float, int] | None = None

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """As of `HTTPAdapter`.

        Parameters
        ----------
        req : PreparedRequest
        resp : urllib3.response.BaseHTTPResponse
        """
        response = super().build_response(req, resp)
        if self.bounds is not None:
            response.raw = BoundedBody(response.raw, *self.bounds)
        return response
