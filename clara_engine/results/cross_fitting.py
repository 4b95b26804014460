"""Fairness of scores: of nulls, of hosts, and of stars unknown to a run; for one seed and one event."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.forest import FeatureBinning, ForestSettings, UnsupervisedForest
from clara_engine.progress import Report, quiet
from clara_engine.studies.nulls import Nulls
from clara_engine.studies.steer import TrainingRows

__all__ = ["HALF", "fairness"]

Names = NDArray[np.str_]
#: How rows begin of stars of which a random half carries signals.
HALF = "half"
#: Where few stars can carry signals, many halves are drawn: as many as ask so many stars, and at most so many. Which
#: stars they are counts for more than how many trees are asked.
ASKED_STARS, MOST_HALVES, HALF_TREES = 800, 12, 100


def fairness(
    rows: TrainingRows,
    settings: ForestSettings,
    seed: int,
    *,
    quiet_stars: Collection[str],
    nulls: Nulls,
    null_stars: Names,
    report: Report = quiet,
) -> pd.DataFrame:
    """Grow the forest of a seed and its variants, and score stars with them.

    Parameters
    ----------
    rows : TrainingRows
        Real rows and their injected copies.
    settings : ForestSettings
    seed : int
        Fixes all that is drawn.
    quiet_stars : collection of str
        Stars on which nothing happens.
    nulls, null_stars
        Null light curves, and whose they are.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        Columns of, star, score and hit. Rows of "nulls": null light curves, scored by trees that never saw their star.
        Of several that begin with `HALF`: quiet stars that signals may be put on; hit are those that carry them, a
        random half, then the other, then other halves. Of "new files": score is how far a star's score in the forest
        that it helped to grow is from that of the same star as a new file.
    """
    rng = np.random.default_rng([seed, 5])
    real, copies = FeatureBinning.fit(rows.real).bin(rows.real), rows.copies
    stars, hosts = np.array(rows.stars), np.array(rows.hosts)

    def grown(
        keep: NDArray[np.bool_], shown: NDArray[np.bool_], number: int, chosen: ForestSettings = settings
    ) -> UnsupervisedForest:
        forest = UnsupervisedForest.from_settings(chosen, random_state=number)
        return forest.fit(real.take(keep), copies[shown], report, real_stars=stars[keep], contrast_stars=hosts[shown])

    everyone = np.ones(len(stars), bool)
    usual = grown(everyone, np.ones(len(hosts), bool), seed)
    found = usual.scores(nulls.rows, stars=null_stars).anomaly

    carry = np.array(sorted(set(hosts) & set(quiet_stars)))
    asked = np.isin(stars, carry)
    fewer = settings.model_copy(update={"n_estimators": min(HALF_TREES, settings.n_estimators)})
    parts = [pd.DataFrame({"of": "nulls", "star": null_stars, "score": found, "hit": False})]
    for _ in range(min(MOST_HALVES, max(1, round(ASKED_STARS / max(1, len(carry)))))):
        half = set(rng.permutation(carry)[: len(carry) // 2])
        for chosen in (half, set(carry) - half):
            forest = grown(everyone, np.isin(hosts, list(chosen)), seed + 1000 * len(parts), fewer)
            scored = forest.scores(real.take(asked), stars=stars[asked]).anomaly
            hit = np.isin(stars[asked], list(chosen))
            name = f"{HALF} {len(parts)}"
            parts.append(pd.DataFrame({"of": name, "star": stars[asked], "score": scored, "hit": hit}))

    still = np.array(sorted(set(stars) & set(quiet_stars)))
    new = rng.permutation(still)[: max(5, len(still) // 10)]
    away = np.isin(stars, new)
    without = grown(~away, ~np.isin(hosts, new), seed + 500)
    inside = usual.scores(real.take(away), stars=stars[away]).anomaly
    apart = np.abs(inside - without.scores(real.take(away)).anomaly)
    parts.append(pd.DataFrame({"of": "new files", "star": stars[away], "score": apart, "hit": False}))
    return pd.concat(parts, ignore_index=True).dropna(subset="score")
