"""The published headline re-run: of the candidates in one mixture cluster, how many are transits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.clusters.settings import DirichletMixture, GaussianMixture
from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.best_cluster import BestCluster, best_cluster
from clara_engine.evaluate.by_star import wilson_interval
from clara_engine.progress import Report, quiet
from clara_engine.store.clusterings import ClusterRequest, KeptClustering
from clara_engine.store.runs import Run
from clara_engine.studies.cluster import cluster_stars, one_a_star
from clara_engine.studies.extract import extract_features
from clara_engine.studies.sweep import Label, target_label

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["PUBLISHED", "Headline", "best_of", "headline"]

#: Confirmed transits, and candidates of the cluster (Dasgupta 2025): 14 % (95 % interval 8.8–21.6 %).
PUBLISHED = (16, 114)


@dataclass(frozen=True, slots=True)
class Headline:
    """What the study found.

    Attributes
    ----------
    clustering : str
        Id of the clustering, which is kept like any other.
    label : str
        What counts as a transit, ``"family/value"``.
    candidates, left_out : int
        Strange stars that were clustered, each by one light curve, and those without the features.
    found : BestCluster
    published_share, published_low, published_high : float
        Of the publication, with the same interval.
    """

    clustering: str
    label: str
    candidates: int
    left_out: int
    found: BestCluster
    published_share: float
    published_low: float
    published_high: float


def best_of(
    store: Store, kept: KeptClustering, label: Label | None = None, *, least: int = 10, draws: int = 2000, seed: int = 0
) -> tuple[Label, BestCluster]:
    """The cluster of a kept clustering that holds most of a label, beside chance and choice; see `one_a_star`.

    Parameters
    ----------
    store : Store
    kept : KeptClustering
    label : (family, value), optional
        By default TOIs, true planets, or what `clara_engine.studies.sweep.target_label` chooses.
    least : int
        Smaller clusters are not chosen.
    draws : int
        How often labels are dealt out anew.
    seed : int
        Of these.

    Raises
    ------
    WorkspaceError
        When no star that was clustered carries the label.
    FeatureError
        When no cluster is large enough.
    """
    label = target_label(store, label)
    table = one_a_star(kept.labels())
    mask = store.families.members(table["target_id"].tolist()).get(label)
    if mask is None:
        raise WorkspaceError(f"no label {'/'.join(label)} among the candidates")
    return label, best_cluster(table["cluster"].to_numpy(), np.asarray(mask), least=least, draws=draws, seed=seed)


def headline(
    store: Store,
    run: Run,
    label: tuple[str, str],
    *,
    targets: Sequence[str] | None = None,
    top: float = 0.1,
    features: str = "shape",
    clusters: int = 3,
    dirichlet: bool = True,
    least: int = 10,
    seed: int = 0,
    report: Report = quiet,
) -> Headline:
    """Cluster the strangest stars of a run by a mixture, and count the label in the cluster that has most of it.

    The publication picks one cluster of several and gives its share alone. Here the share of the best cluster stands
    beside what the best of as many clusters of these sizes has by chance.

    Parameters
    ----------
    store : Store
    run : Run
    label : (family, value)
        What counts as a transit.
    targets : sequence of str, optional
        The candidates, strangest first; by default the strangest of the run. Of a star that several sectors see the
        first is taken: the publication has one sector.
    top : float
        Share of the run that are candidates, where they are not given.
    features : str
        Feature set that is clustered.
    clusters : int
        Components of the mixture; of a Dirichlet process at most so many.
    dirichlet : bool
        A Dirichlet-process mixture, as published, or a Gaussian mixture.
    least : int
        Smaller clusters are not chosen.
    seed : int
        Of the mixture and of the labels dealt out anew.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When no candidate has features.
    FeatureError
        When no cluster is large enough, or no candidate carries the label.
    """
    scores = run.scores()
    scores = scores[~scores["set_aside"]]
    strange = scores["target_id"].head(max(1, round(top * len(scores))))
    candidates = pd.DataFrame({"target_id": strange if targets is None else list(targets)})
    chosen = one_a_star(candidates)["target_id"].tolist()
    extract_features(store, features, report)
    method = DirichletMixture(clusters=clusters) if dirichlet else GaussianMixture(clusters=clusters)
    request = ClusterRequest(
        title=f"headline, {run.name}"[:60],
        source="features",
        name=features,
        method=method,
        seed=seed,
        targets=tuple(chosen),
    )
    kept = cluster_stars(store, request, report)
    label, found = best_of(store, kept, label, least=least, seed=seed)
    low, high = wilson_interval(*PUBLISHED)
    return Headline(
        kept.id, "/".join(label), kept.targets, kept.left_out, found, PUBLISHED[0] / PUBLISHED[1], low, high
    )
