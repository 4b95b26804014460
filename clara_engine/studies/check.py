"""Whether a workspace is whole: its database, and every file that its rows and lists name."""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from clara_engine.errors import ClaraError, DamagedFile, one_line
from clara_engine.features import FEATURE_SETS
from clara_engine.files import PART, reading
from clara_engine.progress import Report, quiet
from clara_engine.readers.remote import url_of
from clara_engine.sealed import read_array, read_json, read_table
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.file_summary import digest_of, stamp_of
from clara_engine.store.store import RUNS
from clara_engine.studies.kept_with_run import kept_claims, kept_completeness, kept_kinds
from clara_engine.ways_out import way_out

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["Fault", "check", "fault_of"]

Kept = TypeVar("Kept")

AGAIN = "`clara ingest` the folder again"
EVERY = 50
#: Folders in which every file is made by CLARA, and read by it alone.
OWN = ("archives", "autosteer", "cache", "clusterings", "features", "job_results", "maps", "runs", "sweeps")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one file.

    Attributes
    ----------
    file : str
    what : str
    way_out : str
        What a person can do.
    """

    file: str
    what: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}; {self.way_out}"


def check(store: Store, *, files: bool = False, report: Report = quiet) -> list[Fault]:
    """Read everything that a workspace keeps, and say what is wrong, a fault for each file.

    Parameters
    ----------
    store : Store
    files : bool
        Whether every light curve is read, too, which takes as long as `clara features` does at least.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    list of Fault
        By file; empty where all is as it was written.
    """
    report.stage("the database")
    found = [*_database(store), *_runs(store)]
    report.stage("the files")
    found += _files(store, report)
    report.stage("what is kept in them")
    found += _features(store)
    for act in _reads(store):
        found += _trouble(act)
    report.stage("the light curves")
    if not any(fault.file == str(store.folder / DATABASE_FILE) for fault in found):
        found += _light_curves(store, files, report)
    first: dict[str, Fault] = {}
    for fault in found:
        first.setdefault(fault.file, fault)
    return sorted(first.values(), key=lambda fault: fault.file)


def _trouble(act: Callable[[], object]) -> Iterator[Fault]:
    """What an act says is wrong with a file."""
    try:
        act()
    except ClaraError as error:
        yield fault_of(error)


def fault_of(error: ClaraError) -> Fault:
    """What an error says of a file."""
    if isinstance(error, DamagedFile):
        return Fault(str(error.path), error.what, error.mend)
    file, _, what = one_line(error).partition(": ")
    return Fault(file, what, way_out(Path(file)))


def _database(store: Store) -> Iterator[Fault]:
    database = store.folder / DATABASE_FILE
    for what in store.database_faults():
        yield Fault(str(database), what, way_out(database))
    for act in (store.targets.frame, store.selections.list, store.runs.every, store.labels.frame):
        yield from _trouble(act)


def _runs(store: Store) -> Iterator[Fault]:
    """Runs whose folder is not there, and folders that no run is listed for."""
    try:
        listed = {run.id: run for run in store.runs.every()}
    except ClaraError:
        return
    folder = store.folder / RUNS
    for run in listed.values():
        if not run.folder.is_dir():
            yield Fault(str(run.folder), f"the folder of run {run.name!r} is not there", way_out(run.folder))
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if place.is_dir() and not place.name.startswith(".") and place.name not in listed:
            yield Fault(str(place), "no run is listed for it", "delete it, or bring back the database from a backup")


def _files(store: Store, report: Report) -> Iterator[Fault]:
    """Files of CLARA's own that can't be read as what their names say."""
    paths = [
        path
        for name in OWN
        for path in sorted((store.folder / name).rglob("*"))
        if path.is_file() and not path.name.endswith(PART)
    ]
    for done, path in enumerate(paths):
        if done % EVERY == 0:
            report(done, len(paths))
        yield from _trouble(partial(_read, path))
        if path.suffix == ".npz" and path.parent.name == "maps" and not path.with_suffix(".parquet").exists():
            yield Fault(str(path), "the table of this map is not there", way_out(path))


def _read(path: Path) -> None:
    with reading(path):
        if path.suffix == ".json":
            read_json(path)
        elif path.suffix == ".parquet":
            read_table(path)
        elif path.suffix in (".npy", ".npz"):
            _whole_array(path)
        elif path.suffix == ".toml":
            tomllib.loads(path.read_text("utf-8"))
        elif path.name == "model":
            with zipfile.ZipFile(path) as archive:
                if (broken := archive.testzip()) is not None:
                    raise ValueError(f"its part {broken} was changed")


def _whole_array(path: Path) -> None:
    with reading(path):
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                for name in arrays.files:
                    arrays[name]
        else:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            read_array(path, array.shape, str(array.dtype), mapped=True)


def _reads(store: Store) -> Iterator[Callable[[], object]]:
    """What the rest of CLARA reads of these files."""
    for run in _listed(store.runs.every):
        yield run.every_score
        yield run.forest
        yield partial(kept_claims, run)
        yield partial(kept_kinds, run)
        yield partial(kept_completeness, run)
        yield partial(_record_of, run)
    for kept in _listed(store.clusterings.list):
        yield kept.labels
        yield kept.names
    yield store.vocabulary.labels


def _listed(every: Callable[[], Sequence[Kept]]) -> Sequence[Kept]:
    """What a list names; nothing where the list itself can't be read, which is told elsewhere."""
    try:
        return every()
    except ClaraError:
        return ()


def _record_of(run: Run) -> None:
    path = run.folder / "run.json"
    with reading(path):
        if json.loads(path.read_text("utf-8")).get("fingerprint") != run.fingerprint:
            raise ValueError("it is not of this run")


def _features(store: Store) -> Iterator[Fault]:
    for name in FEATURE_SETS:
        if store.features.started(name):
            yield from map(fault_of, store.features.rows(name).verify())


def _light_curves(store: Store, read: bool, report: Report) -> Iterator[Fault]:
    """Light curves that are not there or were changed; with `read` also those that can't be read."""
    lost = {root.folder: root.missing for root in store.roots.every() if root.missing}
    for folder, line in lost.items():
        what, _, mend = line.rpartition("; ")
        yield Fault(folder, what, mend)
    contents, table = store.targets.contents(), store.targets.frame()
    for done, (target_id, path, size) in enumerate(zip(table["target_id"], table["path"], table["bytes"], strict=True)):
        if done % EVERY == 0:
            report(done, len(table))
        if any(Path(path).is_relative_to(folder) for folder in lost) or (url_of(path) and not read):
            continue
        try:
            if stamp_of(path)[0] != size or (read and "-" not in contents[target_id] != digest_of(path)):
                yield Fault(path, "it is not what was registered", f"put back a copy, or {AGAIN}")
            elif read:
                store.targets.light_curve(target_id)
        except (OSError, ClaraError) as error:
            yield Fault(
                path, f"the light curve {target_id} can't be read: {one_line(error)}", f"put back a copy, or {AGAIN}"
            )
