"""Time Retrain with an event put on observed light curves: a new design, then the same one with another forest.

    python benchmarks/steered_retrain.py [--stars N] [--event planets] [--against FOLDER]

The demo sector is simulated, its features and null light curves are made, and a run of another event is trained, before
anything is measured: so a press is measured as it is in a session that goes on. FOLDER is an older checkout, whose
presses are measured in the same run, on the same files. Seconds are of the wall clock and of all processors together;
on a machine that has other work, compare the latter.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from clara_engine.forest import ForestSettings
from clara_engine.simulate import simulate_sector
from clara_engine.synthetic import steering_design
from clara_engine.workspace import RunSpec, Workspace

FOREST = ForestSettings(n_estimators=400, max_features=120, min_samples_leaf=2)
PRESSES = {"new design": FOREST, "other forest": ForestSettings(n_estimators=300, max_features=60)}


def processor_seconds() -> float:
    """Of this process and of those that work for it."""
    here = psutil.Process()
    times = [process.cpu_times() for process in (here, *here.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times) + sum(here.cpu_times()[2:4])


def measure(files: Path, event: str) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(folder)
        workspace.targets.ingest([files])
        other = "flares" if event != "flares" else "planets"
        workspace.train(RunSpec(name="warm", design=steering_design(other), feature_set="steering", forest=FOREST))
        found = {}
        for name, forest in PRESSES.items():
            wall, spent = time.perf_counter(), processor_seconds()
            spec = RunSpec(name=name, design=steering_design(event), feature_set="steering", forest=forest)
            run = workspace.train(spec)
            found[name] = {
                "wall": time.perf_counter() - wall, "processors": processor_seconds() - spent, **run.timings,
            }  # fmt: skip
        return found


def older(folder: str, files: Path, event: str) -> dict[str, dict[str, float]]:
    """The same presses in another checkout."""
    command = [sys.executable, __file__, "--files", str(files), "--event", event]
    environment = os.environ | {"PYTHONPATH": str(Path(folder).resolve())}
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, cwd=folder).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stars", type=int, default=1200)
    parser.add_argument("--event", default="planets")
    parser.add_argument("--against", metavar="FOLDER")
    parser.add_argument("--files", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.files:
        print(json.dumps(measure(options.files, options.event)))
        return
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder)
        simulate_sector(stars=options.stars, seed=1, folder=files)
        now = measure(files, options.event)
        before = older(options.against, files, options.event) if options.against else {}
    for name, times in now.items():
        wall, processors = times["wall"], times["processors"]
        stages = ", ".join(f"{part} {took:.2f}" for part, took in times.items() if part not in ("wall", "processors"))
        print(f"{name:14} {wall:6.2f} s, processors {processors:6.2f} s ({stages})")
        if before:
            then = before[name]
            print(
                f"{'  before':14} {then['wall']:6.2f} s, processors {then['processors']:6.2f} s: "
                f"{then['wall'] / wall:.1f} and {then['processors'] / processors:.1f} times as long"
            )


if __name__ == "__main__":
    main()
