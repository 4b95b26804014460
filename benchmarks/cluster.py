"""What work on a Dask cluster costs: the same work in two processes here, and by two workers of this machine, in turns.

    python -m benchmarks.cluster [--stars 240] [--turns 1] [--address local:2]

A sector is simulated and registered in two workspaces. First what it takes until the first part comes back: processes
are started, or a cluster with its workers, and each imports what features need. Then each stage here, and on the
cluster; both have the same cores, so the ratio is what it costs to send the work. Last many parts without work. Seconds
of the wall clock, and of the processors for this process and those that it started: on a machine that has other work,
compare the latter. They lack workers of a cluster that runs elsewhere (``--address tcp://HOST:8786``).
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import psutil

from clara_engine import LightCurve, Target
from clara_engine.dask_cluster import connect
from clara_engine.features import feature_set
from clara_engine.features.extract import feature_row
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.simulate import simulate_sector
from clara_engine.studies.extract import extract_features
from clara_engine.studies.file_scores import score_files
from clara_engine.studies.injections import contrast_features
from clara_engine.studies.sweep import Sweeps
from clara_engine.studies.sweep_plan import SweepPlan, usual_settings
from clara_engine.synthetic import PRESETS, steering_design
from clara_engine.workers import Workers
from clara_engine.workspace import RunSpec, Workspace

PARTS = 2000
WARMED = 32  # light curves
SETS = ("flux_power", "steering")
SWEPT = "design.background.noise_ppm"
LEAST_S = 0.05  # what is shorter has no ratio


def processor_seconds() -> float:
    """Of this process and of those that work for it."""
    here = psutil.Process()
    times = [process.cpu_times() for process in (here, *here.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times) + sum(here.cpu_times()[2:4])


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the wall clock and of the processors."""
    begun, before = time.perf_counter(), processor_seconds()
    work()
    return time.perf_counter() - begun, processor_seconds() - before


def plan(seed: int) -> SweepPlan:
    """Four designs on generated noise, whose light curves are made where their features are."""
    design = PRESETS["P9"].changed(name="swept", curves=200, seed=seed)
    base = RunSpec(name="swept", design=design, forest=FORESTS["P9"])
    return SweepPlan(name=f"four-{seed}", base=base, axes={SWEPT: (100, 200, 400, 800)})


def stages(workspace: Workspace, files: list[Path], seed: int) -> dict[str, Callable[[], object]]:
    """What is timed, in its order."""
    planets = steering_design("planets", curves=300, seed=seed)
    spec = RunSpec(name=f"planets {seed}", design=planets, **usual_settings(planets))
    published = PRESETS["P9"].changed(seed=seed)
    return {
        "published features": lambda: extract_features(workspace, "flux_power"),
        "steering features": lambda: extract_features(workspace, "steering"),
        "contrast set, published": lambda: contrast_features(workspace, published, "flux_power"),
        "contrast set, planets": lambda: contrast_features(
            workspace, planets, "steering", backgrounds=workspace.features.ids("steering")
        ),
        "a run": lambda: workspace.train(spec, wait_for_claims=False),
        "scores of files": lambda: score_files(workspace, workspace.runs.get(spec.name), files),
        "a sweep of four": lambda: Sweeps(workspace).run(plan(seed)),
    }


def nothing(part: int) -> int:
    """A part of no work."""
    return part


def ready(part: int) -> int:
    """Import what features need, as a first part of work does."""
    noise = 1 + np.random.default_rng(part).normal(0, 1e-3, 4000)
    light_curve = LightCurve(time=np.arange(4000) / 300, flux=noise, target=Target(tic=part + 1))
    for name in SETS:
        feature_row(feature_set(name), part, light_curve)
    return part


def idle(workers: Workers, parts: int) -> None:
    """Have parts of no work done."""
    assert sorted(workers.spread(nothing, range(parts))) == list(range(parts))


def told(name: str, here: list[tuple[float, float]], there: list[tuple[float, float]]) -> None:
    """Print the medians of a stage, and their ratios."""
    (wall, cpu), (their_wall, their_cpu) = ([median(kind) for kind in zip(*one, strict=True)] for one in (here, there))
    line = f"{name:24} {wall:7.2f} {their_wall:7.2f} {cpu:8.2f} {their_cpu:8.2f}"
    if min(wall, cpu) > LEAST_S:
        line += f" {their_wall / wall:7.2f} {their_cpu / cpu:7.2f}"
    print(line, flush=True)


def main() -> None:
    """Print a line for each stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stars", type=int, default=240)
    parser.add_argument("--turns", type=int, default=1, help="each in workspaces of its own; medians are printed")
    parser.add_argument("--address", default="local:2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        sector = Path(place, "sector")
        truth = simulate_sector(sector, stars=options.stars)
        files = [sector / name for name in truth["file"]]
        here = Workers(2)
        starts = [timed(lambda: list(here.spread(ready, range(8))))]
        begun, before = time.perf_counter(), processor_seconds()
        with connect(options.address) as cluster:
            list(cluster.spread(ready, range(8)))
            started = [(time.perf_counter() - begun, processor_seconds() - before)]
            print(f"{len(files)} light curves; here, on the cluster: seconds, of the processors; ratios")
            told("start", starts, started)
            seconds: dict[str, tuple[list[tuple[float, float]], list[tuple[float, float]]]] = {}
            for turn in range(options.turns):
                both = []
                for name, workers in (("here", here), ("there", cluster)):
                    workspace = Workspace.open(Path(place, f"{name} {turn}"), workers=workers)
                    workspace.ingest([sector])
                    ids = workspace.targets.ids()
                    workspace.labels.add("truth", dict.fromkeys(ids[:10], "dip"), source="benchmark")
                    for features in SETS:  # and each process imports what reads files
                        extract_features(workspace, features, ids=ids[:WARMED])
                    both.append(stages(workspace, files, turn))
                for name in both[0]:
                    for kept, each in zip(seconds.setdefault(name, ([], [])), both, strict=True):
                        kept.append(timed(each[name]))
            for name, (mine, theirs) in seconds.items():
                told(name, mine, theirs)
            parts = [timed(partial(idle, workers, PARTS)) for workers in (here, cluster)]
            told(f"{PARTS} parts of no work", parts[:1], parts[1:])


if __name__ == "__main__":
    main()
