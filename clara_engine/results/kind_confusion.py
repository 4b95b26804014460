"""Classification into kinds, measured on stars that did not train, for one seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from clara_engine.evaluate.rates import clustered_interval
from clara_engine.forest import FeatureBinning
from clara_engine.forest.calibration import ClassCalibration
from clara_engine.forest.classes import ClassForest
from clara_engine.lightcurve import star_of
from clara_engine.progress import Report, quiet
from clara_engine.studies.kinds import FOREST, KIND, NONE, USUAL_NONE
from clara_engine.studies.steer import OTHER_GENERATOR, SteeringMatrix
from clara_engine.synthetic import UNSEEN_EVENTS

__all__ = ["confusion", "named"]

COLUMNS = ["seed", "kind", "generator", "star", "signal_to_noise", "called", "chance", "score"]


def named(matrix: SteeringMatrix, events: list[str], seed: int, report: Report = quiet) -> pd.DataFrame:
    """Name the kind of each measured light curve of a seed, as it is and with every event.

    The forest of many classes is grown and calibrated on the training stars alone, from the light curves that the
    one-event forests of the matrix are shown. All kinds are as likely beforehand, as they are as many here.

    Parameters
    ----------
    matrix : SteeringMatrix
    events : list of str
        Keys of `EVENTS`.
    seed : int
        Which draw of stars.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        Columns seed, kind (true), generator ("own" or "other"), star, signal_to_noise, called, chance (of what it is
        called), and score: the chance of the true kind, half being none beforehand, as `clara classify` shows it; for
        light curves as they are NaN.
    """
    classes = [NONE, *(KIND[event] for event in events)]
    prior = dict.fromkeys(classes, 1 / len(classes))
    usual = dict.fromkeys(classes, (1 - USUAL_NONE) / len(events)) | {NONE: USUAL_NONE}
    shown = [matrix.training_rows(event, seed, report) for event in events]
    binning = FeatureBinning.fit(shown[0].real)
    sets: list[Any] = [(NONE, binning.bin(shown[0].real), shown[0].stars)]
    sets += [(KIND[event], binning.bin(rows.copies), rows.hosts) for event, rows in zip(events, shown, strict=True)]
    report.stage("trees of many classes")
    forest = ClassForest.grow(sets, FOREST, seed, progress=report)
    found = [forest.fractions(rows, stars) for _, rows, stars in sets]
    truth = np.repeat(np.arange(len(classes)), [len(one) for one in found])
    calibration = ClassCalibration.fit(classes, np.concatenate(found), truth)

    features = matrix.plan.feature_set
    ids, rows = matrix.untouched(features, seed, report)
    asked = [(NONE, "own", rows, pd.DataFrame({"background": ids, "signal_to_noise": np.nan}))]
    for event in events:
        others = [event + OTHER_GENERATOR] if event in UNSEEN_EVENTS else []
        for name, generator in [(event, "own"), *((other, "other") for other in others)]:
            made = matrix.injected(features, seed, name, report)
            asked.append((KIND[event], generator, made.rows, made.truth))
    tables = []
    for kind, generator, rows, about in asked:
        stars = [star_of(target_id) for target_id in about["background"]]
        fractions = forest.fractions(binning.bin(rows), stars)
        chance, usual_chance = calibration.posterior(fractions, prior), calibration.posterior(fractions, usual)
        best = chance.argmax(axis=1)
        tables.append(
            pd.DataFrame(
                {
                    "seed": seed,
                    "kind": kind,
                    "generator": generator,
                    "star": stars,
                    "signal_to_noise": about["signal_to_noise"].to_numpy(float),
                    "called": np.array(classes)[best],
                    "chance": chance.max(axis=1),
                    "score": usual_chance[:, classes.index(kind)] if kind != NONE else np.nan,
                }
            )
        )
        if kind == NONE:  # what an untouched light curve would score as each kind, for the areas
            untouched = pd.DataFrame(
                {
                    "seed": seed,
                    "kind": NONE,
                    "generator": "untouched",
                    "star": np.repeat(stars, len(classes) - 1),
                    "signal_to_noise": np.nan,
                    "called": np.tile(classes[1:], len(stars)),
                    "chance": np.nan,
                    "score": usual_chance[:, 1:].ravel(),
                }
            )
            tables.append(untouched)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def confusion(table: pd.DataFrame, least_signal_to_noise: float = 0.0) -> list[dict[str, Any]]:
    """How often each kind is called what, over all seeds of `named`.

    Parameters
    ----------
    table : DataFrame
        From `named`, of all seeds.
    least_signal_to_noise : float
        Injected light curves below it are left out.

    Returns
    -------
    list of dict
        For each kind and generator: kind, generator, n, stars, right with low and high (95 % over stars), and ``as``,
        the share that is called each kind.
    """
    rows = []
    table = table[table["generator"] != "untouched"]
    strong = table["signal_to_noise"].isna() | (table["signal_to_noise"] >= least_signal_to_noise)
    for (kind, generator), part in table[strong].groupby(["kind", "generator"], sort=False):
        right = (part["called"] == kind).to_numpy()
        ends = clustered_interval(right, part["star"].to_numpy())
        shares = part["called"].value_counts(normalize=True)
        rows.append(
            {
                "kind": kind,
                "generator": generator,
                "n": len(part),
                "stars": part["star"].nunique(),
                "right": float(right.mean()),
                "low": ends[0],
                "high": ends[1],
                "as": {str(called): float(share) for called, share in shares.items()},
            }
        )
    return rows
