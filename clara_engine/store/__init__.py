"""Storage on disk: one module for each table or folder, and no long computations."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clara_engine.store.runs import Run, RunSpec, Variant
    from clara_engine.store.store import Store, default_folder
    from clara_engine.store.targets import Ingested

__all__ = ["Ingested", "Run", "RunSpec", "Store", "Variant", "default_folder"]

_HOMES = {
    "Ingested": "targets",
    "Run": "runs",
    "RunSpec": "runs",
    "Store": "store",
    "Variant": "runs",
    "default_folder": "store",
}


def __getattr__(name: str) -> object:
    """Import each name when it is first asked for, so that processes which only read files start at once."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
