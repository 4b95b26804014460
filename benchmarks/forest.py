"""How fast and how faithful the forest is, against scikit-learn and scikit-learn-intelex on the same features.

python -m benchmarks.forest                  everything; scikit-learn takes a quarter of an hour
python -m benchmarks.forest --quick          smaller, half a minute
python -m benchmarks.forest speed memory     these parts only
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

from clara_engine.forest import BinnedFeatures, FeatureBinning, UnsupervisedForest

Rows = NDArray[np.float32]
FORESTS: dict[str, dict[str, Any]] = {
    "100 trees, sqrt, bootstrap": {"n_estimators": 100, "max_features": "sqrt", "bootstrap": True},
    "100 trees, sqrt, no bootstrap": {"n_estimators": 100, "max_features": "sqrt", "bootstrap": False},
    "P9: 166 trees, sqrt, bootstrap": {"n_estimators": 166, "max_features": "sqrt", "bootstrap": True},
    "P3: 83 trees, log2, split 4": {
        "n_estimators": 83,
        "max_features": "log2",
        "min_samples_split": 4,
        "bootstrap": False,
    },
}


def flux_and_power(flux: NDArray[np.float64], n_features: int) -> Rows:
    """Three quarters z-scored flux, one quarter power, like the published features."""
    flux = (flux - flux.mean(axis=1, keepdims=True)) / flux.std(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(flux, axis=1)[:, 1 : n_features // 4 + 1]) ** 2 / flux.shape[1] ** 2
    return np.hstack([flux[:, : 3 * n_features // 4], power]).astype(np.float32)


def stars(count: int, n_features: int, rng: np.random.Generator, depth: float = 0) -> Rows:
    """Rotators with red and white noise; with transits of up to `depth` times the white noise when it is not 0."""
    samples = 3 * n_features // 4
    phase = np.arange(samples) / rng.uniform(100, 3000, (count, 1)) + rng.random((count, 1))
    flux = rng.normal(size=(count, samples)) + rng.exponential(0.8, (count, 1)) * np.sin(2 * np.pi * phase)
    for curve in flux:
        red = lfilter([1], [1, -rng.uniform(0.5, 0.999)], rng.normal(size=samples))
        curve += rng.exponential(0.7) * red / red.std()
    return flux_and_power(flux - rng.uniform(0, depth, (count, 1)) * dips(count, samples, rng), n_features)


def transits(count: int, n_features: int, rng: np.random.Generator) -> Rows:
    """Box transits in white noise, as the published contrast sets have them."""
    samples = 3 * n_features // 4
    depth = rng.uniform(2, 90, (count, 1))
    return flux_and_power(rng.normal(size=(count, samples)) - depth * dips(count, samples, rng), n_features)


def dips(count: int, samples: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """True in transit."""
    period = rng.uniform(700, 10_000, (count, 1))
    phase = (np.arange(samples) + rng.uniform(0, period)) % period
    return phase < rng.uniform(30, 300, (count, 1))


def timed(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Median seconds of some runs, and the last result."""
    seconds, result = [], None
    for _ in range(runs):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result


def intelex_forest() -> type | None:
    try:
        from sklearnex.ensemble import RandomForestClassifier as Intelex
    except ImportError:
        return None
    return Intelex


def speed(sizes: list[int], names: list[str], n_features: int, runs: int, jobs: int) -> None:
    """Print seconds of one retrain: real rows binned before, contrast rows not."""
    intelex = intelex_forest()
    print(f"{'real + contrast':>18}  {'forest':32}{'CLARA':>9}{'sklearn':>10}{'ratio':>8}{'sklearnex':>11}{'ratio':>8}")
    for n_real in sizes:
        rng = np.random.default_rng(n_real)
        real, contrast = stars(n_real, n_features, rng), transits(300, n_features, rng)
        both, labels = np.vstack([real, contrast]), np.r_[np.ones(n_real), np.zeros(300)]
        binned = FeatureBinning.fit(real, n_jobs=jobs).bin(real, n_jobs=jobs)
        for name in names:
            settings = FORESTS[name]
            common = {**settings, "random_state": 0, "n_jobs": jobs}

            def ours(common: dict[str, Any] = common, binned: Any = binned, contrast: Rows = contrast) -> Any:
                return UnsupervisedForest(**common, oob_score=False).fit(binned, contrast)

            def theirs(kind: type, common: dict[str, Any] = common, both: Rows = both, labels: Any = labels) -> Any:
                return kind(**common).fit(both, labels)

            clara, _ = timed(ours, 2 * runs + 1)
            sklearn, _ = timed(lambda: theirs(RandomForestClassifier), runs if n_real < 5000 else 1)
            line = f"{n_real:>12} + 300  {name:32}{clara:8.2f}s{sklearn:9.1f}s{sklearn / clara:7.0f}x"
            if intelex:
                other, _ = timed(lambda: theirs(intelex), runs)
                line += f"{other:10.2f}s{other / clara:7.1f}x"
            print(line, flush=True)


def fidelity(n_real: int, n_features: int, jobs: int) -> None:
    """Print held-out ROC-AUC over five seeds and the rank agreement at 500 trees."""
    rng = np.random.default_rng(99)
    new = np.vstack([stars(1000, n_features, rng), stars(1000, n_features, rng, depth=30)])
    truth = np.r_[np.zeros(1000), np.ones(1000)]
    ours, theirs = [], []
    for seed in range(5):
        draw = np.random.default_rng(seed)
        real, contrast = stars(n_real, n_features, draw), transits(300, n_features, draw)
        labels = np.r_[np.ones(n_real), np.zeros(300)]
        both = np.vstack([real, contrast])

        def reference(state: int, both: Rows = both, labels: Any = labels) -> NDArray[np.float64]:
            return (
                RandomForestClassifier(500, random_state=state, n_jobs=jobs).fit(both, labels).predict_proba(new)[:, 0]
            )

        forest = UnsupervisedForest(500, random_state=seed, n_jobs=jobs, oob_score=False)
        scores, other = forest.fit(real, contrast).anomaly_score(new), reference(seed)
        ours.append(roc_auc_score(truth, scores))
        theirs.append(roc_auc_score(truth, other))
        print(
            f"seed {seed}, 500 trees: AUC {ours[-1]:.4f}, scikit-learn's {theirs[-1]:.4f}; "
            f"Spearman of the scores {spearmanr(scores, other).statistic:.4f}",
            flush=True,
        )
        if seed == 0:
            own = spearmanr(other, reference(1000)).statistic
            print(f"        scikit-learn with two seeds agrees with itself to {own:.4f}", flush=True)
    print(f"mean AUC {np.mean(ours):.4f}, scikit-learn's {np.mean(theirs):.4f}")


def memory(n_real: int, n_features: int, jobs: int) -> None:
    """Print how much memory one fit takes at its peak in a fresh process, mapped codes included, beside their size."""
    rng = np.random.default_rng(0)
    binned = FeatureBinning.fit(stars(500, n_features, rng)).bin(stars(n_real, n_features, rng))
    contrast = transits(300, n_features, rng)
    with tempfile.TemporaryDirectory() as folder:
        binned.save(folder)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            held = fresh.submit(memory_of_a_fit, folder, contrast, jobs).result()
    codes = binned.codes.nbytes
    print(
        f"memory: codes {codes / 1e6:.0f} MB, codes and fit of 166 trees {held / 1e6:.0f} MB, {held / codes:.2f} times"
    )


def memory_of_a_fit(folder: str, contrast: Rows, jobs: int) -> int:
    UnsupervisedForest(2, n_jobs=jobs).fit(contrast[:50], contrast[50:])  # what compiled code takes is not counted
    return most_memory(lambda: UnsupervisedForest(166, n_jobs=jobs).fit(BinnedFeatures.open(folder), contrast))[0]


def scoring(rows: int, n_features: int, jobs: int) -> None:
    """Print the time to score many rows with 166 trees from blocks that are made as they are needed."""
    rng = np.random.default_rng(1)
    block = stars(2000, n_features, rng)
    forest = UnsupervisedForest(166, n_jobs=jobs).fit(block[:1416], transits(300, n_features, rng))
    blocks = (block.copy() for _ in range(rows // len(block)))
    held, (seconds, scores) = most_memory(lambda: timed(lambda: forest.score_blocks(blocks), 1))
    print(
        f"scoring: {len(scores)} x {n_features} with 166 trees in {seconds:.1f} s, {held / 1e6:.0f} MB more at its peak"
        f" (a block is {block.nbytes / 1e6:.0f} MB)"
    )


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    with open("/proc/self/statm") as sizes:
        return int(sizes.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def most_memory(work: Callable[[], Any]) -> tuple[int, Any]:
    """Bytes by which the resident memory rose at most, looked at every 2 ms, and the result."""
    gc.collect()
    before = most = resident()
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.002):
            most = max(most, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    result = work()
    done.set()
    watcher.join()
    return most - before, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("speed", "fidelity", "memory", "scoring")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(parts)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="500 features, 800 real rows")
    parser.add_argument("--real", type=int, nargs="+", help="numbers of real rows (default 1416 and 10000)")
    parser.add_argument("--forest", choices=FORESTS, action="append", help="these forests only")
    parser.add_argument("--runs", type=int, default=3, help="runs a median is taken of (scikit-learn at 10,000: one)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    wanted = options.parts or parts
    if unknown := set(wanted) - set(parts):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(parts)}")
    n_features = 500 if options.quick else 4000
    small = stars(40, n_features, np.random.default_rng(0))
    for bootstrap in (True, False):  # compile, or load what was compiled before
        UnsupervisedForest(2, bootstrap=bootstrap).fit(small, small + 1).scores(small)
    if "speed" in wanted:
        sizes = options.real or ([800] if options.quick else [1416, 10_000])
        speed(sizes, options.forest or list(FORESTS), n_features, options.runs, options.jobs)
    if "fidelity" in wanted:
        fidelity(600 if options.quick else 1416, n_features, options.jobs)
    if "memory" in wanted:
        memory(800 if options.quick else 10_000, n_features, options.jobs)
    if "scoring" in wanted:
        scoring(20_000 if options.quick else 128_000, n_features, options.jobs)


if __name__ == "__main__":
    main()
