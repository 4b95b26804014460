"""Time Retrain with events put on observed light curves, as a person presses it, before and now.

    python benchmarks/steered_retrain.py [--stars N] [--events planets ...] [--against FOLDER] [--own]

A demo sector is simulated. Each checkout registers it and trains a run of another event before anything is measured: so
a press is measured as it is in a session that goes on, with the features of the stars made, and the processes started.
Then each event in turn: a press with a new design, and presses with other forest settings and the same design. FOLDER
is an older checkout, whose presses are measured in turns with those of this one, on the same files. By default both
have the same forest settings, light curves and injected curves; --own presses with what the page of each checkout puts
into its fields for an event. Seconds are of the wall clock, and of all processors together: on a machine that has other
work, compare the latter.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

EVENTS = ("planets", "binaries", "flares", "dippers", "pulsators")
SAME = {"n_estimators": 500, "max_features": 0.4, "min_samples_leaf": 5}
OTHERS = ({"n_estimators": 400}, {"max_features": 0.3}, {"min_samples_leaf": 4})
NEW, OTHER = "new design", "other forest"


def processor_seconds() -> float:
    """Of this process and of those that work for it."""
    here = psutil.Process()
    times = [process.cpu_times() for process in (here, *here.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times) + sum(here.cpu_times()[2:4])


def serve(files: Path, own: bool) -> None:
    """Press for each event that is read, and print what it took."""
    from clara_engine.forest import PRESETS, ForestSettings
    from clara_engine.synthetic import steering_design
    from clara_engine.workspace import RunSpec, Workspace

    usual = PRESETS.get("steering", PRESETS["P9"])  # before there was one, the page had P9 in its fields
    first = usual if own else ForestSettings(**SAME)

    def press(name: str, event: str, forest: ForestSettings, seed: int = 42) -> dict[str, float]:
        wall, spent = time.perf_counter(), processor_seconds()
        design = steering_design(event, seed=seed)
        run = workspace.train(RunSpec(name=name, design=design, feature_set="steering", forest=forest))
        return {
            "wall": time.perf_counter() - wall,
            "processors": processor_seconds() - spent,
            **run.timings,
        }

    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(folder)
        register = workspace.ingest if hasattr(workspace, "ingest") else workspace.targets.ingest  # an older checkout
        register([files])
        press("warm", "faults", first)
        print("ready", flush=True)
        for line in sys.stdin:
            event = line.strip()
            found = {NEW: [press(NEW, event, first)], OTHER: []}
            for change in OTHERS:
                found[OTHER].append(press(OTHER, event, first.model_copy(update=change)))
            print(json.dumps(found), flush=True)


class Checkout:
    """One version of the program, which presses when it is asked."""

    def __init__(self, folder: Path, files: Path, own: bool) -> None:
        command = [sys.executable, __file__, "--files", str(files), *(["--own"] if own else [])]
        environment = os.environ | {"PYTHONPATH": str(folder.resolve())}
        self.process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._line()

    def press(self, event: str) -> dict[str, list[dict[str, float]]]:
        self.process.stdin.write(event + "\n")
        self.process.stdin.flush()
        return json.loads(self._line())

    def _line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a checkout ended before it was done")
        return line

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def middle(presses: list[dict[str, float]], what: str) -> float:
    return statistics.median(press[what] for press in presses)


def told(event: str, kind: str, now: list[dict], before: list[dict]) -> str:
    line = f"{event:14} {kind:13}"
    for what in ("wall", "processors"):
        ours = middle(now, what)
        line += f" {ours:6.2f} s {what}"
        if before:
            theirs = middle(before, what)
            line += f", before {theirs:6.2f} s: {theirs / ours:4.1f} x;"
    return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stars", type=int, default=1200)
    parser.add_argument("--events", nargs="+", default=EVENTS)
    parser.add_argument("--against", metavar="FOLDER", type=Path)
    parser.add_argument("--own", action="store_true", help="the settings that each checkout's page has for an event")
    parser.add_argument("--files", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.files:
        serve(options.files, options.own)
        return
    from clara_engine.simulate import simulate_sector

    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder)
        simulate_sector(stars=options.stars, seed=1, folder=files)
        here = Path(__file__).parents[1]
        checkouts = [Checkout(where, files, options.own) for where in (here, options.against) if where]
        every: list[list[dict[str, list[dict[str, float]]]]] = []
        for event in options.events:
            found = [checkout.press(event) for checkout in checkouts]
            every.append(found)
            for kind in (NEW, OTHER):
                print(told(event, kind, found[0][kind], found[1][kind] if len(found) > 1 else []), flush=True)
        for checkout in checkouts:
            checkout.end()
        for kind in (NEW, OTHER):
            now, before = (
                [press for found in every for press in found[at][kind]] if at < len(checkouts) else [] for at in (0, 1)
            )
            print(told("median", kind, now, before))
            stages = [name for name in now[0] if name not in ("wall", "processors")]
            print(" " * 14, ", ".join(f"{name} {middle(now, name):.2f} s" for name in stages))


if __name__ == "__main__":
    main()
