"""Whether another checkout of this project computes the same bits, as fast and in as much memory.

    python -m benchmarks.same_results [CHECKOUT] [--real FOLDER] [--stars 300] [--repeats 1]

CHECKOUT is a commit, of which a worktree is made for as long as this runs, or a folder. By default it is 623ac55, the
last commit before ``clara_engine/store`` and ``clara_engine/studies`` came to be. Both sides are given the same light
curves: a simulated sector, and the files of FOLDER, with labels drawn from a fixed seed. Each does with its own
commands, in turn and in workspaces of their own: ingest, two trainings (P9, and planets injected into the stars), a
sweep of four designs, and a steering matrix of two contrast sets. All scores of all runs, the table of the sweep and
the cells of the matrix are compared bit for bit; a difference is printed, and then the exit code is 1. Time, CPU time
(with that of child processes) and peak memory of a process are printed as ratios, now over other. A new worktree
compiles its kernels at first: for ratios give folders that have been used before, or several repeats.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent.parent
BEFORE_THE_MOVE = "623ac55"
SWEEP = """
name = "same"
base = {design = "P9", forest = "P9", training_size = 200}
axes = {"design.curves" = [100, 200], "design.background.noise_ppm" = [50.0, 200.0]}
"""
TARGETS = "query 'SELECT DISTINCT tic FROM targets ORDER BY tic' --json"
COMMANDS = {
    "ingest": "ingest {files}",
    "label": "label {labels} --column kind",
    "train P9": "train --design P9 --name plain --no-claims --seed 7",
    "train planets": "train --design planets --name steered --no-claims --seed 7",
    "sweep": "sweep {sweep} --label kind/odd --top 4 --json",
    "steer": "steer --contrast planets --contrast flares --event planets --seeds 1 --curves 60 --measured 40 --json",
}
#: What no two runs have in common, and the request, which later versions may write otherwise.
UNLIKE = frozenset({"id", "run", "run_id", "created", "seconds", "timings", "plan"})


class Cost(NamedTuple):
    """What a command took: wall time [s], CPU time [s], largest process [MB]."""

    wall: float
    cpu: float
    memory: float


@contextmanager
def folder_of(checkout: str) -> Iterator[Path]:
    """The folder of a checkout; of a commit a worktree, for as long as it is used."""
    if Path(checkout, "clara_engine").is_dir():
        yield Path(checkout).resolve()
        return
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place, "tree")
        git = ["git", "-C", str(HERE), "worktree"]
        subprocess.run([*git, "add", "--detach", str(tree), checkout], check=True, capture_output=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True, capture_output=True)


def command(checkout: Path, workspace: Path, words: list[str]) -> tuple[str, Cost]:
    """What a command of a checkout prints, and what it took.

    Parameters
    ----------
    checkout : Path
    workspace : Path
    words : list of str
        The command and its options.
    """
    environment = {**os.environ, "PYTHONPATH": str(checkout), "CLARA_WORKSPACE": str(workspace)}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "clara_engine", *words], cwd=checkout, env=environment, stdout=out, stderr=errors
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            sys.exit(f"{checkout}: {' '.join(words)} failed\n{errors.read().decode()[-2000:]}")
        return out.read().decode(), Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def simulated(folder: Path, stars: int) -> None:
    """Write the light curves of a simulated sector, the same for both sides."""
    from clara_engine.simulate import simulate_sector

    simulate_sector(stars=stars, seed=1, folder=folder)


def side(checkout: Path, files: Path, place: Path) -> tuple[dict[str, Any], dict[str, Cost]]:
    """All results of a checkout on the light curves in `files`, and what each command took.

    Parameters
    ----------
    checkout : Path
    files : Path
        Folder with light curves.
    place : Path
        Empty folder for its workspace.
    """
    workspace = place / "workspace"
    sweep, labels = place / "sweep.toml", place / "labels.csv"
    sweep.write_text(SWEEP)
    found: dict[str, Any] = {}
    costs: dict[str, Cost] = {}
    for name, words in COMMANDS.items():
        filled = [word.format(files=files, sweep=sweep, labels=labels) for word in shlex.split(words)]
        if name == "label":
            tics = [row["tic"] for row in json.loads(command(checkout, workspace, shlex.split(TARGETS))[0])]
            odd = set(random.Random(3).sample(tics, len(tics) // 10))
            labels.write_text("tic,kind\n" + "".join(f"{tic},{'odd' if tic in odd else 'quiet'}\n" for tic in tics))
        printed, costs[name] = command(checkout, workspace, filled)
        print(f"{checkout.name}: {name}, {costs[name].wall:.1f} s", file=sys.stderr)
        if "--json" in filled:
            found[name] = json.loads(printed)
    for folder in sorted((workspace / "runs").iterdir()):
        name = json.loads((folder / "run.json").read_text())["spec"]["name"]
        found[f"scores of {name}"] = pd.read_parquet(folder / "scores.parquet").set_index("target_id").sort_index()
    return found, costs


def differences(one: Any, other: Any, where: str) -> Iterator[str]:
    """Each place where two results differ in a bit; what only one side tells is passed over.

    Parameters
    ----------
    one, other : any
        Of JSON, or tables of scores.
    where : str
        What they are.
    """
    if type(one) is not type(other):
        yield f"{where}: {type(one).__name__} here, {type(other).__name__} there"
    elif isinstance(one, pd.DataFrame):
        if list(one.index) != list(other.index):
            yield f"{where}: other targets"
            return
        for column in one.columns.intersection(other.columns):
            ours, theirs = one[column].to_numpy(), other[column].to_numpy()
            unlike = ~(_bits(ours) == _bits(theirs)) & ~(pd.isna(ours) & pd.isna(theirs))
            if unlike.any():
                apart = f", at most by {np.abs(ours - theirs)[unlike].max()}" if ours.dtype.kind == "f" else ""
                yield f"{where}, {column}: {np.count_nonzero(unlike)} of {len(unlike)} differ{apart}"
    elif isinstance(one, dict):
        for key in one.keys() & other.keys():
            if key not in UNLIKE:
                yield from differences(one[key], other[key], f"{where}, {key}")
    elif isinstance(one, list) and len(one) == len(other):
        for at, (ours, theirs) in enumerate(zip(one, other, strict=True)):
            yield from differences(ours, theirs, f"{where}, {at}")
    elif one != other and not (isinstance(one, float) and math.isnan(one) and math.isnan(other)):
        yield f"{where}: {one!r:.80} here, {other!r:.80} there"


def _bits(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Numbers as their bits, which tells 0 from -0; all else as it is."""
    return values.view(np.int64) if values.dtype == np.float64 else values


def report(costs: dict[str, list[dict[str, Cost]]]) -> None:
    """Print what each command took here, as a ratio to the other side."""
    for name in COMMANDS:
        ratios = {}
        for kind in Cost._fields:
            pairs = zip(costs["now"], costs["other"], strict=True)
            ratios[kind] = median(getattr(now[name], kind) / getattr(other[name], kind) for now, other in pairs)
        here = costs["now"][-1][name]
        print(
            f"  {name:14}{here.wall:7.1f} s{here.cpu:7.1f} s of CPU{here.memory:7.0f} MB; ratios: "
            + ", ".join(f"{kind} {ratio:.2f}" for kind, ratio in ratios.items())
        )


def main() -> None:
    """Compare this checkout with another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", nargs="?", default=BEFORE_THE_MOVE, help="a commit, or a folder")
    parser.add_argument("--now", type=Path, default=HERE, help="a folder to compare it with; by default this one")
    parser.add_argument("--real", type=Path, help="folder with observed light curves")
    parser.add_argument("--stars", type=int, default=300, help="of the simulated sector; 0 for none")
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    unlike = 0
    with folder_of(options.checkout) as other, tempfile.TemporaryDirectory() as made:
        sides = {"other": other, "now": options.now.resolve()}
        places = {"observed": options.real} if options.real else {}
        if options.stars:
            places["simulated"] = Path(made, "simulated")
            simulated(places["simulated"], options.stars)
        for what, files in places.items():
            costs: dict[str, list[dict[str, Cost]]] = {name: [] for name in sides}
            for _ in range(options.repeats):
                found = {}
                for name, checkout in sides.items():
                    with tempfile.TemporaryDirectory() as place:
                        found[name], cost = side(checkout, files.resolve(), Path(place))
                        costs[name].append(cost)
                for result in sorted(found["now"].keys() | found["other"].keys()):
                    lines = list(differences(found["now"].get(result), found["other"].get(result), result))
                    unlike += bool(lines)
                    print(f"{what}: {result}: {'the same bits' if not lines else ''}".rstrip(), *lines, sep="\n    ")
            report(costs)
    sys.exit(1 if unlike else 0)


if __name__ == "__main__":
    main()
