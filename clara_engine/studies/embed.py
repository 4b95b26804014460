"""Maps of the targets: computed once, kept, recoloured ever after."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.maps import FittedMap, fit_leaf_map, fit_map
from clara_engine.progress import Report, quiet
from clara_engine.store.maps import MapRequest, places
from clara_engine.store.sources import FEATURES, LEAVES
from clara_engine.studies.rows import rows_of

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["extended_map", "make_map", "place_on_map", "usual_map"]


def usual_map(store: Store, kind: str, feature_set: str, report: Report = quiet) -> pd.DataFrame:
    """The usual map of a feature set for the present targets, computed if need be: target_id, x, y.

    Parameters
    ----------
    store : Store
    kind : {"pca", "tsne", "umap"}
    feature_set : str
        Its name.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    return make_map(store, MapRequest.of(FEATURES, feature_set, kind), report)


def make_map(store: Store, request: MapRequest, report: Report = quiet) -> pd.DataFrame:
    """A map for the present targets, computed if need be: target_id, x, y.

    A map of a run's leaves starts from the newest such map of another run, so that points stay put.

    Parameters
    ----------
    store : Store
    request : MapRequest
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    found = store.maps.find(request)
    if found is not None:
        return found
    report.stage("reading features")
    begun = time.perf_counter()
    given = rows_of(store, request.source, request.name).only(request.targets)
    report.stage(f"{request.settings.kind} map")
    leaves = request.source == LEAVES
    before = store.maps.newest(request, of_any_run=True) if leaves else None
    start = None if before is None else places(before).reindex(given.ids).to_numpy(np.float64)
    fit = fit_leaf_map if leaves else fit_map
    fitted, quality = fit(given.rows, request.settings, seed=request.seed, start=start, progress=report)
    facts = {
        "source": request.source,
        "name": request.name,
        "settings": request.settings.model_dump(),
        "seed": request.seed,
        "targets": len(given.ids),
        "left_out": given.left_out,
        "quality": asdict(quality),
        "started_from": before.stem if before else None,
        "seconds": time.perf_counter() - begun,
        "created": time.time(),
    }
    return store.maps.add(request, given.ids, fitted, facts)


def extended_map(store: Store, request: MapRequest) -> pd.DataFrame | None:
    """The newest map of this kind with stars that came later placed into it: target_id, x, y, placed.

    Nothing that lay on the map moves; stars that have gone are left out. None when no such map was ever computed.

    Parameters
    ----------
    store : Store
    request : MapRequest
    """
    path = store.maps.newest(request)
    if path is None:
        return None
    known = places(path)
    given = rows_of(store, request.source, request.name).only(request.targets)
    new = np.flatnonzero(~np.isin(given.ids, known.index))
    table = known.reindex(given.ids).assign(placed=False)
    if new.size:
        fitted = FittedMap.load(path.with_suffix(".npz"), request.settings)
        table.iloc[new, :2] = fitted.place(given.rows[new])
        table.iloc[new, 2] = True
    return table.rename_axis("target_id").reset_index()


def place_on_map(store: Store, request: MapRequest, rows: NDArray[Any]) -> NDArray[np.float64] | None:
    """Places of rows of stars that need not be registered, shape (m, 2); None when there is no such map.

    Parameters
    ----------
    store : Store
    request : MapRequest
    rows : ndarray
        Shape (m, d).
    """
    fitted = store.maps.fitted(request)
    return None if fitted is None else fitted.place(rows)
