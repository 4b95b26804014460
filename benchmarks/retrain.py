"""How long Retrain takes from its press to new scores, on as many stars as asked.

python -m benchmarks.retrain             16,000 stars x 4000 features, contrast set P9
python -m benchmarks.retrain --stars 1200

The stars are light curves in name only: their features are made up, and registered as if they had been extracted. The
first run bins them, which happens once for a workspace; the later ones are what a user waits for.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time

import numpy as np

from benchmarks.forest import stars
from clara_engine.features import FeatureStore
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.store.database import Database
from clara_engine.synthetic import PRESETS
from clara_engine.workspace import RunSpec, Workspace

BLOCK = 1000


def register(workspace: Workspace, count: int) -> None:
    """Fill a workspace with made-up rows."""
    database = Database(workspace.folder / "clara.sqlite")
    store: FeatureStore = workspace.features.rows("flux_power")
    rng = np.random.default_rng(0)
    for first in range(0, count, BLOCK):
        tics = range(first + 1, min(first + BLOCK, count) + 1)
        ids = [f"{tic}-s0001-SPOC-120" for tic in tics]
        with database.transaction() as connection:
            connection.executemany(
                "INSERT INTO targets (target_id, tic, sector, cadence_s, product, simulated, path, bytes, modified_ns)"
                " VALUES (?, ?, 1, 120.0, 'SPOC', 1, ?, 0, 0)",
                [(name, tic, f"{tic}.fits") for name, tic in zip(ids, tics, strict=True)],
            )
        store.extend(zip(ids, stars(len(ids), 4000, rng).astype(np.float64), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stars", type=int, default=16_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--preset", choices=PRESETS, default="P9")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(folder)
        register(workspace, options.stars)
        seconds = []
        for number in range(options.runs + 1):
            design = PRESETS[options.preset].changed(seed=number)  # every press has a contrast set of its own
            spec = RunSpec(name=f"{number}", design=design, forest=FORESTS[options.preset], seed=number)
            started = time.perf_counter()
            run = workspace.train(spec)
            seconds.append(time.perf_counter() - started)
            parts = ", ".join(f"{name} {took:.2f}" for name, took in run.timings.items())
            print(f"{'first, with binning' if not number else 'retrain'}: {seconds[-1]:.2f} s ({parts})", flush=True)
        middle = statistics.median(seconds[1:])
        print(f"{options.preset} on {options.stars:,} stars x 4000: median {middle:.2f} s of {options.runs} retrains")


if __name__ == "__main__":
    main()
