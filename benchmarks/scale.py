"""Time and memory of every step of a search by the number of light curves, and the exponents of their growth.

python -m benchmarks.scale                                   2,000, 8,000, 32,000 and 128,000 light curves; some hours
python -m benchmarks.scale --counts 2000 8000 --steps train cluster
python -m benchmarks.scale --keep FOLDER                     goes on where it stopped; what was measured is kept there
python -m benchmarks.scale --made                            what needs no light curves, on features that are mixtures

Light curves are those of `benchmarks.packed_sector`, at 30 minutes. Every step is the command that a person types, in a
process of its own. Processor time is that of the process and its children: unlike the time of the clock it says what a
step costs on a machine that does other things, too. Memory is the largest that they hold at a time, each counted with
what it shares. An exponent is the slope of a straight line through the logarithms.
With ``--made`` they are those of `benchmarks.made_workspace`, and the steps are fewer: an hour.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import numpy as np
import psutil

from benchmarks.browsing import browser, new_tab
from benchmarks.made_workspace import FIRST_TIC, fill
from benchmarks.packed_sector import write_sector
from benchmarks.serving import served

#: Steps that read light curves.
READING = ("ingest", "features", "steering features", "steered", "score")
PLANETS = 50  # one star of so many is called one where features are made
COUNTS = (2_000, 8_000, 32_000, 128_000)
#: What is wanted of the exponents, and of the largest memory [GB].
STEEPEST, LARGEST_GB = 1.1, 4.0
EVERY_S = 0.1
GRID = """\
name = "span"
[base]
design = "P9"
[axes]
"design.background.span_days" = [13.5, 27.0]
"""
STEPS = {
    "ingest": "ingest {sector}/packs",
    "labels": "label {sector}/truth.csv --column truth",
    "features": "features --set flux_power",
    "steering features": "features --set steering",
    "train": "train --name published",
    "steered": "train --design planets --name steered",
    "score": "score published {sector}/packs --json",
    "pca": "map pca",
    "t-SNE": "map tsne",
    "UMAP": "map umap",
    "k-means": "cluster kmeans",
    "mixture": "cluster gaussian_mixture",
    "HDBSCAN": "cluster hdbscan",
    "sweep": "sweep {folder}/span.toml --label truth/planet",
    "export": "export published {folder}/ranking.csv",
    "page": "",
}


class Cost(NamedTuple):
    """What a step took: seconds of the clock and of processors, and gigabytes at most."""

    seconds: float
    processor_s: float
    gigabytes: float


class Watch:
    """Largest memory of a process and its children while it is watched [GB]."""

    def __init__(self, pid: int) -> None:
        self.largest = 0.0
        self._process, self._over = psutil.Process(pid), Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *about: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(EVERY_S):
            with suppress(psutil.Error):
                now = 0
                for one in [self._process, *self._process.children(recursive=True)]:
                    with suppress(psutil.NoSuchProcess):
                        now += one.memory_info().rss
                self.largest = max(self.largest, now / 1e9)


def processor_s() -> float:
    """Processor time of all processes that were begun here and have ended [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def command(words: Sequence[str], workspace: Path) -> Cost:
    """Run a command on a workspace; what it prints is kept beside it."""
    begun, used = time.perf_counter(), processor_s()
    with (workspace.parent / "printed.txt").open("ab") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "clara_engine", *words, "--workspace", str(workspace)],
            stdout=printed,
            stderr=printed,
        )
        with Watch(process.pid) as watch:
            failed = process.wait()
    if failed:
        sys.exit(f"clara {' '.join(words)} failed: see {printed.name}")
    return Cost(time.perf_counter() - begun, processor_s() - used, watch.largest)


def page(workspace: Path) -> Cost:
    """From the start of a server until its page shows the ranking, map and star, in a browser."""
    begun, used = time.perf_counter(), processor_s()
    with served(workspace) as (url, pid), Watch(pid) as watch, browser() as one:
        tab = new_tab(one)
        tab.goto(f"{url}?map=pca", wait_until="commit")
        tab.wait_for_selector("tbody tr[aria-selected=true]")
        tab.wait_for_function("() => Bokeh.documents[0]?.is_idle")
        seconds = time.perf_counter() - begun
        tab.wait_for_timeout(5000)
        tab.keyboard.press("j")
        tab.wait_for_timeout(5000)
        tab.context.close()
    return Cost(seconds, processor_s() - used, watch.largest)


def make(place: Path, count: int) -> None:
    """A workspace with features that are mixtures, and what its stars are called."""
    fill(place / str(count) / "workspace", count, place / "simulated")
    truth = place / str(count) / "sector" / "truth.csv"
    truth.parent.mkdir()
    rows = [f"{FIRST_TIC + number},{'quiet' if number % PLANETS else 'planet'}" for number in range(count)]
    truth.write_text("\n".join(["tic,truth", *rows]))


def measure(place: Path, count: int, steps: Sequence[str], made: bool) -> dict[str, Cost]:
    """Costs of the steps, in the order in which they need each other; those that were measured are read."""
    folder = place / str(count)
    sector, workspace = folder / "sector", folder / "workspace"
    if not (sector / "truth.csv").exists():
        make(place, count) if made else write_sector(sector, count)
    (folder / "span.toml").write_text(GRID)
    kept = folder / "costs.json"
    costs = {name: Cost(*cost) for name, cost in json.loads(kept.read_text()).items()} if kept.exists() else {}
    for name in steps:
        if name not in costs:
            words = STEPS[name].format(sector=sector, folder=folder).split()
            costs[name] = command(words, workspace) if words else page(workspace)
            kept.write_text(json.dumps(costs))
            print(f"{count:>9,} {name:20}{_row(costs[name])}", flush=True)
    return costs


def _row(cost: Cost) -> str:
    return f"{cost.seconds:>8.0f} s {cost.processor_s:>6.0f} s {cost.gigabytes:>5.2f} GB"


def exponent(counts: Sequence[int], values: Sequence[float]) -> float:
    """Slope of a straight line through the logarithms."""
    return float(np.polyfit(np.log(counts), np.log(values), 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, help="of light curves")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--keep", type=Path, help="folder of the workspaces and of what was measured")
    parser.add_argument("--made", action="store_true", help="features are mixtures, and no light curve is read")
    options = parser.parse_args()
    steps = [name for name in options.steps if not (options.made and name in READING)]
    with tempfile.TemporaryDirectory() as made:
        place = (options.keep or Path(made)).absolute()
        found = {count: measure(place, count, steps, options.made) for count in sorted(options.counts)}
    counts = list(found)
    print(f"\n{'':20}" + "".join(f"{count:>27,}" for count in counts) + "   exponents: time, processor time, memory")
    for name in steps:
        costs = [found[count][name] for count in counts]
        row = "".join(map(_row, costs))
        if len(counts) < 2:
            print(f"{name:20}{row}")
            continue
        slopes = [exponent(counts, values) for values in zip(*costs, strict=True)]
        wrong = max(slopes) > STEEPEST or max(cost.gigabytes for cost in costs) > LARGEST_GB
        print(f"{name:20}{row}   {', '.join(f'{slope:.2f}' for slope in slopes)}{'   too much' if wrong else ''}")


if __name__ == "__main__":
    main()
