"""The stars of a workspace as a population: one row a star, whatever its sectors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.by_part import scores_by_part
from clara_engine.evaluate.corrections import holm
from clara_engine.evaluate.partial import partial_spearman
from clara_engine.evaluate.population import CORRELATED, colour_magnitude, score_correlations
from clara_engine.evaluate.separation import silhouette_search
from clara_engine.progress import Report, quiet
from clara_engine.store.runs import Run
from clara_engine.studies.noise import NOISE, measure_noise

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["GIVEN", "SCORES", "correlations", "detectors", "separation", "star_colours"]

#: Scores that can be correlated, where a run has them.
SCORES = ("anomaly_score", "weirdness", "wrss")
#: What a score may depend on although it says nothing of the star: it is held in partial correlations.
GIVEN = ("tmag", NOISE, "crowdsap")


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
    given: Sequence[str] = (),
    targets: Collection[str] | None = None,
    report: Report = quiet,
) -> pd.DataFrame:
    """Correlation of a run's score with each parameter, see `clara_engine.evaluate.population`.

    A star that was observed in several sectors counts once, with its mean score. With `given` also the partial
    correlation (`clara_engine.evaluate.partial`), in columns partial, partial_low, partial_high, partial_p,
    partial_p_corrected and partial_stars.

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
    given : sequence of str
        What is held in partial correlations, such as `GIVEN`; ``noise_ppm`` is measured where it is not known yet.
    targets : collection of str, optional
        Only these light curves.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When the run has no such score, or nothing of `given` is known.
    """
    if NOISE in given:
        measure_noise(store, report)
    report.stage("correlations")
    scores = _by_star(store, _scores(run, score, targets).to_frame())[score]
    crowding = store.targets.frame().set_index("target_id")[["crowdsap"]]
    parameters = _by_star(store, store.parameters.table().join(crowding, rsuffix="_header"))
    table = score_correlations(scores, parameters, names, resamples=resamples, seed=seed, progress=report)
    if not given:
        return table
    held = [name for name in given if name in parameters and parameters[name].notna().any()]
    if not held:
        raise WorkspaceError(f"nothing is known of {', '.join(given)} here: there is nothing to hold")
    report.stage(f"given {', '.join(held)}")
    rows = []
    for done, name in enumerate(table["parameter"]):
        report(done, len(table))
        column = parameters[name] if name in parameters else pd.Series(dtype=float)
        others = parameters[[one for one in held if one != name]]
        found = partial_spearman(scores, column, others, resamples=resamples, seed=seed)
        known = bool(np.isfinite(table["rho"].iloc[done]))
        rows.append((found.rho, found.low, found.high, found.p_value, found.stars) if known else (np.nan,) * 4 + (0,))
    partial = [f"partial{end}" for end in ("", "_low", "_high", "_p", "_stars")]
    table = pd.concat([table, pd.DataFrame(rows, columns=partial, index=table.index)], axis=1)
    return table.assign(partial_p_corrected=holm(table["partial_p"]), given=", ".join(held))


def detectors(
    store: Store,
    run: Run,
    names: Sequence[str] = ("camera", "ccd"),
    *,
    score: str = "anomaly_score",
    targets: Collection[str] | None = None,
) -> pd.DataFrame:
    """Scores of a run by camera and detector, see `clara_engine.evaluate.by_part`.

    A star counts once in each part, with its highest score there.

    Parameters
    ----------
    store : Store
    run : Run
    names : sequence of str
        Of ``camera``, ``ccd``, ``sector``: together they are a part.
    score : str
        Column of the run's scores.
    targets : collection of str, optional
        Only these light curves.

    Raises
    ------
    WorkspaceError
        When no light curve says where it was observed.
    """
    facts = store.targets.frame().set_index("target_id")
    scores = _scores(run, score, targets).sort_values(ascending=False)
    table = facts.reindex(scores.index)[list(names)].assign(star=store.targets.stars().reindex(scores.index))
    table = table.drop_duplicates()
    found = scores_by_part(scores.reindex(table.index), table, names)
    if found.empty:
        raise WorkspaceError(f"no light curve here says its {' and '.join(names)}: headers of SPOC and QLP do")
    return found


def _scores(run: Run, score: str, targets: Collection[str] | None) -> pd.Series:
    table = run.scores().set_index("target_id")
    if score not in table:
        mend = ": `clara wrss FIRST SECOND` joins it with another run" if score == "wrss" else ""
        raise WorkspaceError(f"run {run.name!r} has no {score}{mend}")
    found = table[score].dropna()
    return found if targets is None else found[found.index.isin(list(targets))]


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
