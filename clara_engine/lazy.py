"""Names of a package that are imported when they are first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

__all__ = ["imported_when_asked"]


def imported_when_asked(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a module (PEP 562) that imports each of its names from its home.

    Parameters
    ----------
    package : str
        ``__name__`` of the module.
    homes : mapping of str to str
        Name to the module that has it.
    """

    def get(name: str) -> object:
        if name in homes:
            return getattr(importlib.import_module(homes[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return get
