"""Processor time of one light curve in each stage that the publication timed: features, scores, similarity.

    python benchmarks/published_stages.py [FOLDER]

FOLDER holds light curves; without it 120 are simulated. Features are those of the publication, each file read; a forest
as P9 is grown on them, and scores them; each is matched to the first 100 of them by cosine. The publication did 4.9,
3 to 4 and 3.6 light curves a second on four cores.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clara_engine.features import feature_set
from clara_engine.forest import PRESETS, UnsupervisedForest
from clara_engine.readers import read_light_curves
from clara_engine.similarity import published_matches
from clara_engine.simulate import simulate_sector
from clara_engine.synthetic import PRESETS as DESIGNS
from clara_engine.synthetic import generate

SIMULATED, REFERENCES = 120, 100


def milliseconds(work: Callable[[], object], count: int) -> float:
    """Processor time of one of `count` light curves; the first round compiles and is not counted."""
    work()
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start) / count


def main(folder: Path) -> None:
    """Time the stages on the light curves of a folder, and print them."""
    computed = feature_set("flux_power")
    files = sorted(folder.glob("*.fits*"))

    def features() -> NDArray[np.float32]:
        return np.array([computed.compute(curve) for path in files for curve in read_light_curves(path)], np.float32)

    rows = features()
    stars, known = np.arange(len(rows)), rows[:REFERENCES]
    contrast = np.array([computed.compute(curve) for curve in generate(DESIGNS["P9"]).light_curves], np.float32)
    forest = UnsupervisedForest.from_settings(PRESETS["P9"]).fit(rows, contrast)
    labels = ["*"] * len(known)
    for title, work in {
        "features, the file read": features,
        "anomaly score": lambda: forest.anomaly_score(rows),
        "similarity": lambda: published_matches(rows, stars, known, labels, stars[: len(known)]),
    }.items():
        print(f"{title}: {milliseconds(work, len(rows)):.2f} ms a light curve")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            simulate_sector(Path(made), stars=SIMULATED, seed=1)
            main(Path(made))
