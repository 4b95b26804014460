"""Headers by which browsers keep other sites away from the page. Every answer of the server has them."""

from __future__ import annotations

import re
from secrets import token_urlsafe
from typing import Any

from tornado.web import OutputTransform

__all__ = ["HEADERS", "SafeHeaders", "policy"]

#: What the page may load and run, and what may show it. docs/deploying.md says why it needs what it has.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    # No other site may show the page in a frame, where a person could be led to click on it; JupyterLab's own may.
    "frame-ancestors": "'self'",
}
SCRIPT = re.compile(rb"<script\b")

#: What every answer says, unless it says something else itself.
HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    # Other windows and sites can't reach into the page, or load what it loads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # An address names a star and a run: other sites are not told.
    "Referrer-Policy": "same-origin",
    # What a person uploads is never taken for a script.
    "X-Content-Type-Options": "nosniff",
}


def policy(nonce: str = "") -> str:
    """The content security policy of an answer.

    Parameters
    ----------
    nonce : str
        What marks the scripts that the server wrote into this page, and that nobody else can know.
    """
    own = f" 'nonce-{nonce}'" if nonce else ""
    return "; ".join(f"{name} {value}{own if name == 'script-src' else ''}" for name, value in POLICY.items())


class SafeHeaders(OutputTransform):
    """Adds `HEADERS` and `policy` to an answer: Tornado calls it for each, whichever handler has made it."""

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
        if not finishing or not headers.get("Content-Type", "").startswith("text/html"):
            headers.setdefault("Content-Security-Policy", policy())
            return status_code, headers, chunk
        nonce = token_urlsafe(16)
        headers.setdefault("Content-Security-Policy", policy(nonce))
        marked = SCRIPT.sub(b'<script nonce="%s"' % nonce.encode(), chunk)
        if "Content-Length" in headers and chunk:
            headers["Content-Length"] = str(len(marked))
        return status_code, headers, marked
