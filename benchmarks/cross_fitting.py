"""What cross-fitting by star does, measured on the stars of a workspace.

    python -m benchmarks.cross_fitting WORKSPACE [--seeds 5] [--event planets …] [--picture FILE.png]

For each event a quarter of the quiet stars is held out; the others train, as they are and with 300 injected curves.
Printed for each way of drawing bags, with trees for the same time: ROC-AUC of held-out injected stars against the same
stars untouched; of "is a host" when a random half of the training stars are hosts, then the other half (.5 is right);
and how far the score of a star in the workspace is from its score as a new file, by a run that never had it or a tenth
of the others.
Intervals (±) are 1.96 standard errors over the seeds.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from clara_engine import Workspace
from clara_engine.forest import PRESETS, UnsupervisedForest, bags, urf
from clara_engine.studies.extract import extract_features
from clara_engine.studies.injections import injected_features
from clara_engine.studies.recover import measured_design
from clara_engine.synthetic import steering_design

FOLDS = 5
CURVES = 300
SETTINGS = PRESETS["steering"].model_copy(update={"oob_score": False})


class Folds(bags.StarBags):
    """Each tree leaves out another fifth of the stars, and takes all others once."""

    def stars(self, tree: int, seed: Any) -> Any:
        return (self._not_in % FOLDS != tree % FOLDS).astype(np.int32)[self._group]


#: Way to (class of bags, trees, bootstrap). Trees are so many that all take the time of 500 with bootstrap.
WAYS = {
    "stars, bootstrap": (bags.StarBags, 500, True),
    "stars, 63 % once": (bags.StarBags, 590, False),
    "five folds": (Folds, 500, True),
    "rows, bootstrap": (None, 500, True),
}


def grown(way: str, real: Any, copies: Any, stars: Any, hosts: Any, seed: int) -> tuple[UnsupervisedForest, float]:
    kind, trees, bootstrap = WAYS[way]
    forest = UnsupervisedForest.from_settings(
        SETTINGS.model_copy(update={"n_estimators": trees, "bootstrap": bootstrap}), random_state=seed
    )
    start = time.process_time()
    if kind is None:
        forest.oob_score = True  # which remembers the trees that never saw a row
        forest.fit(real, copies, real_stars=stars, by_star=False)
    else:
        with mock.patch.object(urf, "StarBags", kind):
            forest.fit(real, copies, real_stars=stars, contrast_stars=hosts)
    return forest, time.process_time() - start


def measured(workspace: Workspace, event: str, seeds: int, most: int) -> pd.DataFrame:
    store = workspace.features.rows("steering")
    ids = np.array(workspace.labels.uneventful([id for id in workspace.targets.ids() if id in set(store.ids())]))
    ids = np.sort(np.random.default_rng(0).permutation(ids)[:most])
    stars = workspace.targets.stars()[ids].to_numpy(str)
    real = store.matrix(ids.tolist())
    place = {id: at for at, id in enumerate(ids)}

    def injected(design: Any) -> tuple[Any, Any]:
        made = injected_features(workspace, design, "steering", backgrounds=ids.tolist())
        return made.rows, made.truth["background"].map(place).to_numpy()

    copies, of = injected(steering_design(event, curves=CURVES))
    others, of_other = injected(measured_design(event, CURVES, 0))
    rows = []
    for seed in range(seeds):
        rng = np.random.default_rng([seed, 5])
        held, train = np.split(rng.permutation(len(ids)), [len(ids) // 4])
        some = train[: len(train) // 10]
        rest = train[len(some) :]
        half = rng.choice(train, len(train) // 2, replace=False)
        for way in WAYS:
            mine, found = np.isin(of, train), np.isin(of_other, held)
            forest, seconds = grown(way, real[train], copies[mine], stars[train], stars[of[mine]], seed)
            up, still = forest.anomaly_score(others[found]), forest.anomaly_score(real[held])
            inside = forest.scores(real[some], stars=stars[some]).anomaly
            mine = np.isin(of, rest)
            without, _ = grown(way, real[rest], copies[mine], stars[rest], stars[of[mine]], seed + 100)
            apart = np.abs(inside - without.anomaly_score(real[some]))
            areas = []
            for chosen in (half, np.setdiff1d(train, half)):
                mine = np.isin(of, chosen)
                hosts, _ = grown(way, real[train], copies[mine], stars[train], stars[of[mine]], seed)
                ours = hosts.scores(real[train], stars=stars[train]).anomaly
                areas.append(roc_auc_score(np.isin(train, chosen), ours))
            rows.append(
                {
                    "event": event,
                    "way": way,
                    "auc": _auc(up, still),
                    "host": np.mean(areas),
                    "apart": apart.mean(),
                    "far": (apart > 0.25).mean(),
                    "seconds": seconds,
                    "least": forest.trees_for(stars).sum(axis=1).min(),
                }
            )
    return pd.DataFrame(rows)


def _auc(up: Any, still: Any) -> float:
    return float(roc_auc_score(np.r_[np.ones(len(up)), np.zeros(len(still))], np.r_[up, still]))


def draw(table: pd.DataFrame, path: Path) -> None:
    """What trees see, and whether a host can be told."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    stars, trees = 8, 14
    settings = SETTINGS.model_copy(update={"n_estimators": trees})
    seeds = np.random.default_rng(1).integers(0, 2**64, trees, dtype=np.uint64)
    seen = ~bags.StarBags(settings, np.arange(stars), stars, 0).unseen(seeds)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), width_ratios=[1.25, 1], layout="constrained")
    for star in range(stars):
        for tree in range(trees):
            for part in range(4):  # the star as it is, and three copies with a signal
                colour = ("#1a6fb0" if part == 0 else "#d9822b") if seen[star, tree] else "#e6e6e6"
                left.add_patch(plt.Rectangle((tree, star + part * 0.21), 0.86, 0.18, color=colour, lw=0))
    left.set(xlim=(-0.2, trees), ylim=(stars, -0.2), xlabel="trees", xticks=[], yticks=np.arange(stars) + 0.4)
    left.set_yticklabels([f"star {star + 1}" for star in range(stars)], fontsize=8)
    left.set_title("a tree sees a star and all its copies, or nothing of it (grey)", fontsize=9)
    left.spines[:].set_visible(False)
    left.tick_params(length=0)
    events = list(dict.fromkeys(table["event"]))
    for way, colour, shift in (("rows, bootstrap", "#b0b0b0", -0.12), ("stars, bootstrap", "#1a6fb0", 0.12)):
        part = table[table["way"] == way].groupby("event")["host"]
        middle, ends = part.mean()[events], 1.96 * part.sem()[events]
        right.errorbar(np.arange(len(events)) + shift, middle, ends, fmt="o", color=colour, label=way, ms=5)
    right.axhline(0.5, color="k", lw=0.8, ls="--")
    right.set(xticks=range(len(events)), ylim=(0.4, 1.0), ylabel="ROC-AUC of “is a host”")
    right.set_xticklabels(events, fontsize=8)
    right.set_title("who carries signals can't be told (.5)", fontsize=9)
    right.legend(fontsize=8, frameon=False, loc="upper right")
    right.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--event", action="append")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--most", type=int, default=300, help="quiet stars that are used at most")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    workspace = Workspace.open(options.workspace, create=False)
    extract_features(workspace, "steering")
    tables = []
    for event in options.event or ["planets", "flares", "binaries", "dippers"]:
        tables.append(measured(workspace, event, options.seeds, options.most))
        for way, part in tables[-1].groupby("way", sort=False):
            mean, half = part.mean(numeric_only=True), 1.96 * part.sem(numeric_only=True)
            print(
                f"{event:16s} {way:17s} AUC {mean['auc']:.4f} ± {half['auc']:.4f}  is a host {mean['host']:.3f} ± "
                f"{half['host']:.3f}  apart {mean['apart']:.3f}, above .25 {mean['far']:.1%}  {mean['seconds']:.2f} s, "
                f"at least {part['least'].min()} trees",
                flush=True,
            )
    if options.picture is not None:
        draw(pd.concat(tables), options.picture)


if __name__ == "__main__":
    main()
