"""The stars of a workspace as a population: one row a star, whatever its sectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.evaluate.population import CORRELATED, colour_magnitude, score_correlations
from clara_engine.evaluate.separation import silhouette_search
from clara_engine.progress import Report, quiet
from clara_engine.store.runs import Run

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["correlations", "separation", "star_colours"]


def star_colours(store: Store, ids: list[str] | None = None) -> pd.DataFrame:
    """Position of targets in the colour–magnitude diagram, or the reason why there is none; all by default.

    Parameters
    ----------
    store : Store
    ids : list of str, optional
        Target ids; by default all.
    """
    table = store.parameters.table()
    return colour_magnitude(table if ids is None else table.reindex(ids))


def correlations(
    store: Store,
    run: Run,
    names: tuple[str, ...] = CORRELATED,
    *,
    score: str = "anomaly_score",
    resamples: int = 1000,
    seed: int = 0,
    report: Report = quiet,
) -> pd.DataFrame:
    """Correlation of a run's score with each parameter, see `clara_engine.evaluate.population`.

    A star that was observed in several sectors counts once, with its mean score.

    Parameters
    ----------
    store : Store
    run : Run
    names : tuple of str
        Parameters.
    score : str
        Column of the run's scores.
    resamples : int
        Bootstrap samples of the interval.
    seed : int
        Fixes all that is drawn.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    report.stage("correlations")
    scores = _by_star(store, run.scores().set_index("target_id")[[score]])[score]
    parameters = _by_star(store, store.parameters.table())
    return score_correlations(scores, parameters, names, resamples=resamples, seed=seed, progress=report)


def separation(
    store: Store,
    names: list[str],
    groups: pd.Series | None = None,
    *,
    clusters: int = 3,
    seed: int = 0,
    report: Report = quiet,
) -> pd.DataFrame:
    """Subsets of parameters that set groups apart best, see `clara_engine.evaluate.separation`.

    Parameters
    ----------
    store : Store
    names : list of str
        Parameters.
    groups : Series of int, indexed by target id, optional
        −1 for none.
    clusters : int
        How many groups to look for, where none are given.
    seed : int
    report : Report
    """
    table = store.parameters.chosen(names)
    table = table if groups is None else table.reindex(groups.index)
    report.stage("silhouettes")
    values = None if groups is None else groups.to_numpy()
    return silhouette_search(table, values, clusters=clusters, seed=seed, progress=report)


def _by_star(store: Store, table: pd.DataFrame) -> pd.DataFrame:
    stars = store.targets.stars().reindex(table.index)
    return table.groupby(stars.to_numpy()).mean()
