"""What a workspace holds, counted: targets, features, labels, parameters, runs, and the room on the disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.archives.download import free_bytes
from clara_engine.features import FEATURE_SETS
from clara_engine.progress import Progress, silent
from clara_engine.readers.remote import is_there

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["FeatureCount", "Inventory", "folder_sizes", "inventory"]

DATABASE = "database"


@dataclass(frozen=True, slots=True)
class FeatureCount:
    """One feature set: registered targets that have it, that gave none, and that were not tried yet."""

    name: str
    size: int
    stored: int
    failed: int
    missing: int


@dataclass(frozen=True, slots=True, eq=False)
class Inventory:
    """What there is.

    Attributes
    ----------
    targets : DataFrame
        Columns product, sector, cadence_s, simulated, light_curves, stars.
    light_curves, stars : int
    gone : int
        Light curves whose file is no longer where it was.
    features : tuple of FeatureCount
    labels, parameters : DataFrame
        See `LabelBook.summary` and `LabelBook.coverage`.
    runs, verdicts, maps : int
    free_bytes : int
        Room on the disk.
    """

    folder: Path
    targets: pd.DataFrame
    light_curves: int
    stars: int
    gone: int
    features: tuple[FeatureCount, ...]
    labels: pd.DataFrame
    parameters: pd.DataFrame
    runs: int
    verdicts: int
    maps: int
    free_bytes: int


def inventory(workspace: Store, progress: Progress = silent) -> Inventory:
    """Count what a workspace holds.

    Parameters
    ----------
    workspace : Store
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    """
    table = workspace.targets.frame()
    table["star"] = workspace.targets.stars().reindex(table["target_id"]).to_numpy()
    grouped = table.groupby(["product", "sector", "cadence_s", "simulated"], dropna=False)
    targets = grouped.agg(light_curves=("target_id", "size"), stars=("star", "nunique")).reset_index()
    gone = 0
    for done, path in enumerate(table["path"]):
        if done % 500 == 0:
            progress(done, len(table))
        gone += not is_there(path)
    verdicts = workspace.verdicts.latest()
    return Inventory(
        workspace.folder,
        targets,
        len(table),
        int(table["star"].nunique()),
        gone,
        tuple(_features(workspace, set(table["target_id"]))),
        workspace.labels.summary(),
        workspace.labels.coverage(),
        len(workspace.runs.list()),
        len(verdicts),
        len(list((workspace.folder / "maps").glob("*.parquet"))),
        free_bytes(workspace.folder),
    )


def folder_sizes(folder: Path, progress: Progress = silent) -> dict[str, int]:
    """Bytes of each part of a workspace folder, largest first; the files at its top are the database.

    Parameters
    ----------
    folder : Path
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    """
    sizes: dict[str, int] = {}
    for place, _, files in os.walk(folder):
        progress(0, 1)
        inside = Path(place).relative_to(folder).parts
        part = inside[0] if inside else DATABASE
        for name in files:
            try:
                sizes[part] = sizes.get(part, 0) + os.lstat(os.path.join(place, name)).st_size
            except OSError:  # written and renamed meanwhile
                continue
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _features(workspace: Store, registered: set[str]) -> list[FeatureCount]:
    found = []
    for name, known in FEATURE_SETS.items():
        if not workspace.features.started(name):
            found.append(FeatureCount(name, known.size, 0, 0, len(registered)))
            continue
        store = workspace.features.rows(name)
        stored, failed = len(store.ids() & registered), len(store.failures.keys() & registered)
        found.append(FeatureCount(name, known.size, stored, failed, len(registered) - stored - failed))
    return found
