"""Rows of numbers by target, for maps and clusterings: a feature set, the leaves of a run, or catalogue parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from clara_engine.store.sources import LEAVES, PARAMETERS, Rows, Source
from clara_engine.studies.reasons import leaves_of

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["rows_of"]


def rows_of(store: Store, source: Source, name: str) -> Rows:
    """Rows of every present target that has them.

    Parameters
    ----------
    store : Store
    source : {"features", "leaves", "parameters"}
    name : str
        Feature set, run name or id, or parameter names joined by commas.

    Raises
    ------
    WorkspaceError
        When there is no such thing in the workspace.
    """
    rows: NDArray[Any]
    if source == PARAMETERS:
        ids, rows = store.parameters.complete(name.split(","))
    elif source == LEAVES:
        ids, rows = leaves_of(store, store.runs.get(name))
    else:
        ids, rows = store.features.matrix(name)
    return Rows(ids, rows, len(store.targets) - len(ids))
