"""Whether a contrast set should hold only events that can be seen: recovery with and without a least signal-to-noise.

python -m benchmarks.least_signal_to_noise FOLDER_OF_QUIET_LIGHT_CURVES [--event planets] [--least 4]

Two thirds of the stars train and carry the contrast set, the others are measured, untouched and injected, by the same
generator with other draws. It prints, a row a seed, the AUC of all injected curves and of those above signal-to-noise
7, without and with the least, and the gain with its 95 % interval over stars (bootstrap).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from clara_engine import LightCurve, read_light_curve
from clara_engine.features import feature_rows, feature_set
from clara_engine.forest import UnsupervisedForest
from clara_engine.synthetic import SyntheticDesign, generate, steering_design

SEEN = 7.0
DRAWS = 500


def kept(curves: list[LightCurve]) -> tuple[list[LightCurve], np.ndarray]:
    """Light curves that have features, and these."""
    found = feature_rows(curves, feature_set("steering"))
    good = [place for place in range(len(curves)) if place not in found.failures]
    return [curves[place] for place in good], found.rows[good]


def injected(design: SyntheticDesign, stars: list[LightCurve]) -> tuple[np.ndarray, pd.DataFrame]:
    """Features of a design and its truth."""
    made = generate(design, observed=stars)
    found = feature_rows(made.light_curves, feature_set("steering"))
    good = [place for place in range(len(made.truth)) if place not in found.failures]
    return found.rows[good], made.truth.iloc[good]


def auc(quiet: np.ndarray, events: np.ndarray) -> float:
    return float(roc_auc_score(np.r_[np.zeros(quiet.size), np.ones(events.size)], np.r_[quiet, events]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--event", default="planets")
    parser.add_argument("--least", type=float, default=4.0)
    parser.add_argument("--curves", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    curves, rows = kept([read_light_curve(path) for path in sorted(options.folder.rglob("*.fits*"))])
    order = np.random.default_rng(5).permutation(len(curves))
    train, test = np.split(order, [2 * len(curves) // 3])
    hosts = [curves[place] for place in train]
    plain = steering_design(options.event, curves=options.curves)
    measured, truth = injected(plain.changed(seed=1_000_003), [curves[place] for place in test])
    seen = truth["signal_to_noise"].to_numpy() > SEEN
    names = np.array([curves[place].target.id for place in test])
    owner = np.array([list(names).index(name) for name in truth["background"]])
    print(f"{len(train)} stars train, {len(test)} measured: {len(truth)} {options.event}, {seen.sum()} above {SEEN:g}")
    for seed in range(options.seeds):
        scores = []
        for least in (None, options.least):
            made, facts = injected(plain.changed(seed=seed, least_signal_to_noise=least), hosts)
            forest = UnsupervisedForest(n_estimators=300, min_samples_leaf=2, random_state=seed)
            stars = [name.split("-")[0] for name in facts["background"]]
            forest.fit(rows[train], made, real_stars=[str(h.target.tic) for h in hosts], contrast_stars=stars)
            scores.append((forest.anomaly_score(rows[test]), forest.anomaly_score(measured)))
        both = [(auc(quiet, events), auc(quiet, events[seen])) for quiet, events in scores]
        gains, random = [], np.random.default_rng(seed)
        for _ in range(DRAWS):
            drawn = random.integers(0, len(test), len(test))
            picked = np.concatenate([np.flatnonzero((owner == star) & seen) for star in drawn])
            gains.append(
                auc(scores[1][0][drawn], scores[1][1][picked]) - auc(scores[0][0][drawn], scores[0][1][picked])
            )
        low, high = np.quantile(gains, [0.025, 0.975])
        print(
            f"seed {seed}: all {both[0][0]:.3f} -> {both[1][0]:.3f}, seen {both[0][1]:.3f} -> {both[1][1]:.3f} "
            f"({both[1][1] - both[0][1]:+.3f}, {low:+.3f} to {high:+.3f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
