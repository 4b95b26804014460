"""What it saves that draws of the search for forest settings share trees: CPU seconds, in turns.

python -m benchmarks.search              1,200 stars x 4000 features, 100 and 300 synthetic curves, 30 draws, 3 folds

The stars are made up, and the contrast set too: more of their kind, the hardest case. Beside it stands the search in
which every draw grows its own forest in every fold.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from benchmarks.forest import stars
from clara_engine.forest import BinnedFeatures, FeatureBinning, UnsupervisedForest, tune
from clara_engine.forest.tune import Trial


def alone(real: BinnedFeatures, other: BinnedFeatures, trials: list[Trial], folds: int) -> list[float]:
    """Accuracy of each draw, grown for itself."""
    rng = np.random.default_rng(0)
    cuts = [rng.permutation(len(rows)) % folds for rows in (real, other)]
    found = []
    for trial in trials:
        settings = trial.settings.model_copy(update={"oob_score": False})
        right = []
        for fold in range(folds):
            inside, outside = (
                [rows.take((cut != fold) == which) for rows, cut in zip((real, other), cuts, strict=True)]
                for which in (True, False)
            )
            forest = UnsupervisedForest.from_settings(settings, fold).fit(*inside)
            scores = [forest.anomaly_score(rows) for rows in outside]
            right.append(float(np.concatenate([scores[0] <= 0.5, scores[1] > 0.5]).mean()))
        found.append(statistics.mean(right))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stars", type=int, default=1200)
    parser.add_argument("--draws", type=int, default=30)
    parser.add_argument("--turns", type=int, default=2)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    real = stars(options.stars, 4000, rng)
    binning = FeatureBinning.fit(real)
    binned = binning.bin(real)
    tune(binned.take(np.arange(40)), binned.take(np.arange(40, 80)), draws=2, rng=rng)  # compiles
    for curves in (100, 300):
        other = binning.bin(stars(curves, 4000, rng))
        shared, own = [], []
        for _ in range(options.turns):
            started = time.process_time()
            trials = tune(binned, other, draws=options.draws, rng=np.random.default_rng(2))
            shared.append(time.process_time() - started)
            started = time.process_time()
            alone(binned, other, trials, 3)
            own.append(time.process_time() - started)
        print(
            f"{curves} curves, {options.draws} draws: {min(shared):.1f} s CPU sharing trees, {min(own):.1f} s each for "
            f"itself, {min(own) / min(shared):.1f} times"
        )


if __name__ == "__main__":
    main()
