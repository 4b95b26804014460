"""Light-curve files registered as targets: found, read, told apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clara_engine.progress import Progress, silent
from clara_engine.store.targets import Ingested

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["ingest"]


def ingest(store: Store, places: Sequence[Path], progress: Progress = silent, *, columns: str = "") -> Ingested:
    """x"""
    return store.targets.ingest(places, progress, columns=columns)
