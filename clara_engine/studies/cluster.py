"""Stars grouped by what is like each other, and what the groups hold."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.clusters import cluster
from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.enrichment import enrichment
from clara_engine.lightcurve import star_of
from clara_engine.maps.reduction import LeafReduction, StandardReduction
from clara_engine.progress import Report, quiet
from clara_engine.store.clusterings import ClusterRequest, KeptClustering
from clara_engine.store.sources import FEATURES, LEAVES, Rows
from clara_engine.studies.rows import rows_of
from clara_engine.text import typed

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["FOLDED_SET", "cluster_enrichment", "cluster_stars", "coordinates_of", "one_a_star", "rows_for"]

FOLDED_SET = "folded"


def cluster_stars(store: Store, request: ClusterRequest, report: Report = quiet) -> KeptClustering:
    """Cluster what `request` names, and keep it.

    Parameters
    ----------
    store : Store
    request : ClusterRequest
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    ClaraError
        When there is nothing to cluster, or the request can't be met; one line says why.
    """
    typed(request.title, "the name of a clustering")
    begun = time.perf_counter()
    report.stage("reading features")
    given = rows_for(store, request)
    report.stage("clustering")
    points = given.rows if request.warps else coordinates_of(given.rows, request)
    result = cluster(points, request.method, seed=request.seed, progress=report)
    table = pd.DataFrame({"target_id": given.ids, "cluster": result.labels, "membership": result.membership})
    kept = KeptClustering(
        id=time.strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:6],
        request=request,
        quality=result.quality,
        created=time.time(),
        targets=len(given.ids),
        left_out=given.left_out,
        seconds=time.perf_counter() - begun,
        folder=store.folder,
    )
    return store.clusterings.add(kept, table)


def cluster_enrichment(store: Store, name: str) -> pd.DataFrame:
    """Test every cluster for every label of today, as `clara_engine.evaluate.enrichment` says; see `one_a_star`.

    Parameters
    ----------
    store : Store
    name : str
        Of the clustering, or its id.
    """
    table = one_a_star(store.clusterings.get(name).labels())
    return enrichment(table["cluster"], store.families.members(table["target_id"].tolist()))


def one_a_star(table: pd.DataFrame) -> pd.DataFrame:
    """The first light curve of each star: those of other sectors are alike, and no proof of what the first one shows.

    Parameters
    ----------
    table : DataFrame
        With a column target_id.
    """
    return table[~table["target_id"].map(star_of).duplicated()]


def rows_for(store: Store, request: ClusterRequest) -> Rows:
    """Rows of the targets that a request means.

    Parameters
    ----------
    store : Store
    request : ClusterRequest

    Raises
    ------
    WorkspaceError
        When warping is asked for of something else than folded curves.
    """
    if request.warps and (request.source, request.name) != (FEATURES, FOLDED_SET):
        raise WorkspaceError(f"dynamic time warping compares folded curves: choose the feature set {FOLDED_SET}")
    return rows_of(store, request.source, request.name).only(request.targets)


def coordinates_of(rows: NDArray[Any], request: ClusterRequest) -> NDArray[np.float64]:
    """Leading components; with leaves, of which leaves a star ends in.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
    request : ClusterRequest

    Returns
    -------
    ndarray of float64, shape (n, components)
    """
    if len(rows) < 2:
        return np.asarray(rows, np.float64)
    fit = LeafReduction.fit if request.source == LEAVES else StandardReduction.fit
    return fit(rows, request.components, request.seed).transform(rows)
