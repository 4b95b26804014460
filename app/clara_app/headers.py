"""Headers by which browsers keep other sites away from the page. Every answer of the server has them."""

from __future__ import annotations

from typing import Any

from tornado.web import OutputTransform

__all__ = ["HEADERS", "SafeHeaders"]

#: What every answer says, unless it says something else itself.
HEADERS = {
    # No other site may show the page in a frame, where a person could be led to click on it; JupyterLab's own may.
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
    # Other windows and sites can't reach into the page, or load what it loads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # An address names a star and a run: other sites are not told.
    "Referrer-Policy": "same-origin",
    # What a person uploads is never taken for a script.
    "X-Content-Type-Options": "nosniff",
}


class SafeHeaders(OutputTransform):
    """Adds `HEADERS` to an answer: Tornado calls it for each, whichever handler has made it."""

    def transform_first_chunk(
        self, status_code: int, headers: Any, chunk: bytes, finishing: bool
    ) -> tuple[int, Any, bytes]:
        """The answer with its headers.

        Parameters
        ----------
        status_code : int
        headers : tornado.httputil.HTTPHeaders
        chunk : bytes
            How the answer begins.
        finishing : bool
            Whether this is all of it.
        """
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        return status_code, headers, chunk
