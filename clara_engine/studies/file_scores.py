"""Scores of light-curve files that need not be registered, by the forest of a run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import ClaraError
from clara_engine.features import FeatureSet, feature_set
from clara_engine.features.extract import WORTH_PROCESSES
from clara_engine.lightcurve import Target
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_light_curves
from clara_engine.store.light_curve_files import find_files
from clara_engine.store.runs import Run
from clara_engine.studies.grouping import notes_on
from clara_engine.studies.unseen_scores import unseen_scores

if TYPE_CHECKING:
    from clara_engine.forest import UnsupervisedForest
    from clara_engine.store.store import Store

__all__ = ["score_files"]

SCORES = ["anomaly_score", "anomaly_spread", "weirdness"]
#: Light curves whose features are in memory at a time.
AT_ONCE = 4096

Found = list[tuple[Target, NDArray[np.float32]]]


def score_files(
    workspace: Store, run: Run, paths: Sequence[Path], report: Report = quiet, *, columns: str = ""
) -> tuple[pd.DataFrame, list[str]]:
    """Score light-curve files that need not be registered; see `Workspace.score_files`.

    A star that trained the forest is scored by trees that never saw it, whatever the file shows of it.

    Parameters
    ----------
    workspace : Store
    run : Run
    paths : sequence of Path
        Files, and folders that hold some.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    columns : str
        Which column of tables is what; empty where names say it.
    """
    report.stage("scoring files")
    paths, empty = _inside(paths)
    files = [(path, columns or workspace.targets.columns_of(path)) for path in paths]
    done, problems = 0, dict[int, str]()
    work = workspace.workers.seeing(*(path for path in paths if path.exists())).spread(
        partial(_rows_of_file, feature_set(run.spec.feature_set)),
        list(enumerate(files)),
        processes=len(files) >= WORTH_PROCESSES,
        tick=lambda: report(done, len(files)),
    )
    scored = _Scored(workspace, run)
    with closing(work):
        for number, found, problem in work:
            scored.add(number, found)
            problems |= {number: problem} if problem else {}
            done += 1
    table, targets = scored.table()
    in_turn = empty + [problems[number] for number in sorted(problems)]
    if table.empty:
        return pd.DataFrame(columns=["path", "target_id"]), in_turn
    table.insert(0, "path", [str(paths[number]) for number in table.pop("file")])
    among = np.sort(run.scores()["anomaly_score"].to_numpy())
    below, upto = (np.searchsorted(among, table["anomaly_score"], side) for side in ("left", "right"))
    table["percentile"] = 50 * (below + upto) / len(among)
    table["note"] = notes_on(workspace, run, targets)
    return table.sort_values("anomaly_score", ascending=False), in_turn


def _inside(places: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """The files of folders in their place, and a line for each folder that holds no light curves."""
    files, empty = list[Path](), list[str]()
    for place in places:
        found = find_files([place]).light_curves if place.is_dir() else (place,)
        files += found
        if not found:
            empty.append(f"{place}: holds no light curves")
    return files, empty


class _Scored:
    """Scores of the light curves that have come so far; features of the last ones wait until they are worth a block."""

    def __init__(self, workspace: Store, run: Run) -> None:
        self._forest: UnsupervisedForest = run.forest()
        self._known = run.scores().set_index("target_id")[SCORES]
        self._stored = workspace.features.rows(run.spec.feature_set)
        self._ranked = self._stored.ids() & set(self._known.index)
        self._waiting: list[tuple[int, Target, NDArray[np.float32]]] = []
        self._blocks: list[pd.DataFrame] = []
        self._targets: list[tuple[int, Target]] = []

    def add(self, file: int, found: Found) -> None:
        """Take the light curves of a file."""
        self._waiting += [(file, target, row) for target, row in found]
        if len(self._waiting) >= AT_ONCE:
            self._score()

    def table(self) -> tuple[pd.DataFrame, list[Target]]:
        """Columns file, target_id and `SCORES`, and the targets, in the order of the files."""
        self._score()
        table = pd.concat(self._blocks, ignore_index=True) if self._blocks else pd.DataFrame()
        order = np.argsort([file for file, _ in self._targets], kind="stable")
        return table.iloc[order].reset_index(drop=True), [self._targets[place][1] for place in order]

    def _score(self) -> None:
        if not self._waiting:
            return
        files, targets, given = zip(*self._waiting, strict=True)
        self._waiting = []
        rows = np.array(given)
        found = unseen_scores(self._forest, rows, [target.star for target in targets])
        block = pd.DataFrame({"file": files, "target_id": [target.id for target in targets]})
        block = block.assign(anomaly_score=found.anomaly, anomaly_spread=found.spread, weirdness=found.weirdness)
        known = np.flatnonzero(block["target_id"].isin(self._ranked))
        ids = block["target_id"].iloc[known].tolist()
        same = (self._stored.matrix(ids) == rows[known]).all(axis=1)
        stored = self._known.loc[[target_id for target_id, like in zip(ids, same, strict=True) if like]]
        block.loc[known[same], SCORES] = stored.to_numpy()  # exactly as the run has stored them
        self._blocks.append(block)
        self._targets += list(zip(files, targets, strict=True))


def _rows_of_file(features: FeatureSet, numbered: tuple[int, tuple[Path, str]]) -> tuple[int, Found, str]:
    """The number of a file, its light curves with their features, and what is wrong with it."""
    number, (path, columns) = numbered
    found: Found = []
    try:
        curves = read_light_curves(path, columns=columns or None)
        found.extend(
            (light_curve.target, np.asarray(features.compute(light_curve), np.float32)) for light_curve in curves
        )
    except ClaraError as error:
        return number, found, f"{path}: {error}" if path.name not in str(error) else str(error)
    return number, found, ""
