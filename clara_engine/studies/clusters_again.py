"""Whether a clustering is found again: with other seeds, with other settings, and in another sector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.clusters import cluster
from clara_engine.errors import ClaraError, DesignError
from clara_engine.evaluate.partitions import LEAST_STARS, likeness
from clara_engine.progress import Report, quiet
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.store.sources import Rows
from clara_engine.studies.cluster import coordinates_of, rows_for

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["SECTOR", "SEED", "SETTING", "clusters_again", "usual_changes"]

#: What was changed.
SEED, SETTING, SECTOR = "seed", "setting", "sector"
#: Settings that are numbers, and factors that they are tried with.
FACTORS = {"clusters": (0.75, 1.25), "radius": (0.8, 1.25), "min_samples": (0.5, 2), "min_cluster_size": (0.5, 2)}
LEAST = {"clusters": 2, "min_samples": 2, "min_cluster_size": 2}
Labels = NDArray[np.intp]


def clusters_again(
    store: Store,
    request: ClusterRequest,
    *,
    seeds: int = 3,
    changes: Mapping[str, Sequence[Any]] | None = None,
    draws: int = 1000,
    report: Report = quiet,
) -> pd.DataFrame:
    """Group the same stars in other ways, and compare the groups with those that `request` gives.

    Parameters
    ----------
    store : Store
    request : ClusterRequest
    seeds : int
        Other seeds that are tried.
    changes : mapping of setting to values, optional
        Settings of the method, or components, that are tried one by one; by default `usual_changes`.
    draws : int
        Bootstrap samples of the interval.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        A row a comparison: changed (`SEED`, `SETTING` or `SECTOR`), what (in words), index (adjusted Rand index), low
        and high (95 % over stars), chance_high (95 % of random groupings lie below), stars, clusters, clusters_again.
        Sectors are compared by the stars that both hold: "apart" groups each sector by itself, "together" asks whether
        a star's light curves fall into the same cluster.

    Raises
    ------
    ClaraError
        When there is nothing to cluster, or no such setting.
    """
    report.stage("reading features")
    given = rows_for(store, request)
    stars = store.targets.stars().reindex(given.ids).to_numpy(str)
    tried = list(_tried(request, seeds, usual_changes(request) if changes is None else changes))
    report.stage("clustering again")
    first = _labels(given.rows, request)
    rows = []
    for done, (kind, what, other) in enumerate(tried, start=1):
        report(done, len(tried) + 1)
        found = likeness(first, _labels(given.rows, other), stars, draws=draws)
        rows.append(_row(kind, what, found))
    report.stage("clustering sectors")
    sectors = store.targets.frame().set_index("target_id")["sector"].reindex(given.ids).to_numpy()
    rows += [_row(SECTOR, what, found) for what, found in _across(given, request, first, stars, sectors, draws)]
    columns = ["changed", "what", "index", "low", "high", "chance_high", "stars", "clusters", "clusters_again"]
    return pd.DataFrame(rows, columns=columns)


def usual_changes(request: ClusterRequest) -> dict[str, list[Any]]:
    """Settings to try where none are named: those of the method a quarter or a half down and up, and the components.

    Parameters
    ----------
    request : ClusterRequest
    """
    facts = request.method.model_dump()
    changes: dict[str, list[Any]] = {}
    for name, factors in FACTORS.items():
        value = facts.get(name)
        if value is None:
            continue
        low, high = (factor * value for factor in factors)
        if isinstance(value, int):
            low, high = max(LEAST[name], min(round(low), value - 1)), max(round(high), value + 1)
        changes[name] = [one for one in (low, high) if one != value]
    if not request.warps:
        changes["components"] = [max(1, request.components // 2), request.components * 2]
    return changes


def _tried(
    request: ClusterRequest, seeds: int, changes: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[str, str, ClusterRequest]]:
    for number in range(1, seeds + 1):
        yield SEED, f"seed {request.seed + number}", request.model_copy(update={"seed": request.seed + number})
    facts = request.method.model_dump()
    for name, values in changes.items():
        if name != "components" and name not in facts:
            known = ", ".join(key for key in (*facts, "components") if key != "kind")
            raise DesignError(f"{request.method.kind} has no setting {name!r}; there are: {known}")
        for value in values:
            change = {"components": value} if name == "components" else {"method": facts | {name: value}}
            words = f"{value:.4g}" if isinstance(value, float) else str(value)
            yield SETTING, f"{name.replace('_', ' ')} {words}", ClusterRequest(**request.model_dump() | change)


def _across(
    given: Rows, request: ClusterRequest, together: Labels, stars: NDArray[Any], sectors: NDArray[Any], draws: int
) -> Iterator[tuple[str, Any]]:
    """Likeness of the groups of each two sectors that share stars enough."""
    for one, two in combinations(sorted(set(sectors)), 2):
        places = [np.flatnonzero(sectors == sector) for sector in (one, two)]
        common = np.intersect1d(stars[places[0]], stars[places[1]])
        if common.size < LEAST_STARS:
            continue
        first, second = (pd.Series(rows, stars[rows])[~pd.Index(stars[rows]).duplicated()] for rows in places)
        words = f"sector {one} against sector {two}"
        yield f"{words}, together", likeness(together[first[common]], together[second[common]], draws=draws)
        try:
            apart = [pd.Series(_labels(given.rows[rows], request), rows) for rows in places]
        except ClaraError:  # a sector with fewer stars than clusters
            continue
        yield f"{words}, apart", likeness(apart[0][first[common]], apart[1][second[common]], draws=draws)


def _labels(rows: NDArray[Any], request: ClusterRequest) -> Labels:
    points = rows if request.warps else coordinates_of(rows, request)
    return cluster(points, request.method, seed=request.seed).labels


def _row(kind: str, what: str, found: Any) -> dict[str, Any]:
    facts = {name: getattr(found, name) for name in ("index", "low", "high", "chance_high", "stars")}
    return {"changed": kind, "what": what, **facts, "clusters": found.groups[0], "clusters_again": found.groups[1]}
