"""The account that the program runs under."""

from __future__ import annotations

import getpass

__all__ = ["local_user"]


def local_user() -> str:
    """Name of the account that runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # as in a container whose account has no name
        return "unknown"
