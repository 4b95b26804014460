"""The name of whoever a page belongs to, as the server knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn

from clara_engine.errors import ClaraError

__all__ = ["NAME_HEADER", "keep_sign_in", "name_on_page", "sign_in_of_server"]

#: Where the server writes the name into a request, over whatever a browser has sent there.
NAME_HEADER = "X-Clara-User"
KEPT = "clara sign-in"


def keep_sign_in(sign_in: object) -> None:
    """Have the pages of this server belong to whoever is signed in."""
    pn.state.cache[KEPT] = sign_in


def sign_in_of_server() -> Any:
    """How people sign in at this server; None where they need not."""
    return pn.state.cache.get(KEPT)


def name_on_page() -> str | None:
    """Who the page that is being made belongs to; None where nobody signs in.

    Raises
    ------
    ClaraError
        When people sign in here, and nobody has.
    """
    if sign_in_of_server() is not None:
        headers: Mapping[str, Any] = pn.state.headers
        if not (name := headers.get(NAME_HEADER)):
            raise ClaraError("nobody is signed in: load the page again")
        return str(name)
    # What Panel itself asks for, where `panel serve` serves the page; else any browser can claim to be a guest.
    return pn.state.user if pn.config.basic_auth or pn.config.oauth_provider else None
