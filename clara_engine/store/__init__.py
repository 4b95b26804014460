"""Storage on disk: one module for each table or folder, and no long computations."""

from typing import TYPE_CHECKING

from clara_engine.lazy import imported_when_asked

if TYPE_CHECKING:
    from clara_engine.store.runs import Run, RunSpec, Variant
    from clara_engine.store.store import Store, default_folder
    from clara_engine.store.targets import Ingested

__all__ = ["Ingested", "Run", "RunSpec", "Store", "Variant", "default_folder"]

# Imported when they are asked for, so that processes which only read files start at once.
__getattr__ = imported_when_asked(
    __name__,
    {
        "Ingested": "clara_engine.store.targets",
        "Run": "clara_engine.store.runs",
        "RunSpec": "clara_engine.store.runs",
        "Store": "clara_engine.store.store",
        "Variant": "clara_engine.store.runs",
        "default_folder": "clara_engine.store.store",
    },
)
