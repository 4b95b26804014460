"""Light curves of a workspace packed into few files inside of it, so that the folder can be copied whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clara_engine.errors import ClaraError, WorkspaceError, one_line
from clara_engine.files import write_atomically
from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_registered
from clara_engine.readers.pack import CENTROIDS, recognises
from clara_engine.readers.pack_writer import pack_name, write_pack
from clara_engine.readers.registry import read_light_curves
from clara_engine.store.database import DATABASE_FILE
from clara_engine.text import file_stem
from clara_engine.workers import raise_if_cancelled

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.store.store import Store

__all__ = ["Packed", "pack"]

FOLDER = "packs"
#: Light curves of a file: its index is read with each of them.
EACH = 20
#: Starting processes takes about as long as so many files.
WORTH_PROCESSES = 2


@dataclass(frozen=True)
class Packed:
    """What was packed.

    Attributes
    ----------
    light_curves, files, bytes : int
    before : int
        Bytes of the files that they were read from.
    already : int
        Light curves that lie in a pack of the workspace.
    failed : tuple of (target id, reason)
        They stay where they are.
    """

    light_curves: int
    files: int
    bytes: int
    before: int
    already: int
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Part:
    """Light curves of one file: where they lie, under which ids, and with which columns; and where they go."""

    curves: tuple[tuple[str, str, str], ...]
    place: Path
    home: Path
    centroids: bool


def pack(store: Store, *, sector: int | None = None, centroids: bool = False, report: Report = quiet) -> Packed:
    """Pack light curves, check each against what it was read from, and have the workspace read them from there.

    The files that they were read from stay as they are. What was computed stays valid. Interrupted, it goes on where it
    ended.

    Parameters
    ----------
    store : Store
    sector : int, optional
        Only this one.
    centroids : bool
        Whether to keep centroids too, which take more room than all the rest; vetting compares them.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When there is nothing to pack.
    """
    table = store.targets.frame()
    table = table if sector is None else table[table["sector"] == sector]
    if table.empty:
        raise WorkspaceError("no light curves to pack: `clara ingest FOLDER` registers some")
    inside = table["path"].map(lambda path: recognises(path) and Path(path).is_relative_to(store.folder / FOLDER))
    outside = table[~inside]
    columns = store.targets.named_columns()
    rows = [(row.path, row.target_id, columns.get(row.target_id, "")) for row in outside.itertuples()]
    parts = list(_parts(store, outside.assign(curve=rows), centroids))
    report.stage("packing light curves")
    files = size = 0
    failed: list[tuple[str, str]] = []
    done = [0]
    results = store.workers.seeing(store.folder).spread(
        _written, parts, processes=len(parts) >= WORTH_PROCESSES, tick=lambda: report(done[0], len(rows))
    )
    with closing(results):
        for part, lost in results:
            gone = {target_id for target_id, _ in lost}
            there = {target_id: part.place for _, target_id, _ in part.curves if target_id not in gone}
            if there:
                store.targets.move(there)
                files, size = files + 1, size + part.place.stat().st_size
            failed += lost
            done[0] += len(part.curves)
    before = sum(os.path.getsize(path) for path in set(outside["path"]) if os.path.exists(path))
    return Packed(len(rows) - len(failed), files, size, before, int(inside.sum()), tuple(failed))


def _parts(store: Store, table: pd.DataFrame, centroids: bool) -> Iterator[_Part]:
    """Files to be written: each star once, of one sector, product and cadence, with numbers that are free."""
    for (sector, product, cadence, part), group in table.groupby(["sector", "product", "cadence_s", "part"]):
        name = "-".join([f"s{sector:04d}", product, f"{cadence:.0f}", *([part] if part else [])])
        folder = store.folder / FOLDER / file_stem(name)
        numbers = [int(file.name[:4]) for file in folder.glob("[0-9][0-9][0-9][0-9].pack.parquet")]
        first = max(numbers, default=0) + 1
        curves = list(group["curve"])
        for number, start in enumerate(range(0, len(curves), EACH), start=first):
            place = folder / pack_name(number)
            yield _Part(tuple(curves[start : start + EACH]), place, store.folder / DATABASE_FILE, centroids)


def _written(part: _Part) -> tuple[_Part, list[tuple[str, str]]]:
    """Write one file, and read it again: which light curves could not be read, and why."""
    curves, lost = [], []
    for path, target_id, columns in part.curves:
        raise_if_cancelled()
        try:
            curve = read_registered(Path(path), target_id, columns=columns)
            curves.append(curve if part.centroids else replace(curve, centroid_column=None, centroid_row=None))
        except (ClaraError, OSError) as error:
            lost.append((target_id, one_line(error)))

    def write(beside: Path) -> None:
        named = beside.with_name(f"{beside.name}.pack.parquet")
        try:
            write_pack(curves, named, centroids=part.centroids)
            for curve, again in zip(curves, read_light_curves(named), strict=True):
                _check_same(curve, again)
            named.replace(beside)
        finally:
            named.unlink(missing_ok=True)

    if curves:
        write_atomically(part.place, write, home=part.home)
    return part, lost


def _check_same(curve: LightCurve, again: LightCurve) -> None:
    kept = curve.centroid_column is not None and again.centroid_column is not None
    names: Iterable[str] = ("time", "flux", "flux_err", "quality", *(CENTROIDS if kept else ()))
    same = all(
        np.array_equal(getattr(curve, name), getattr(again, name), equal_nan=name != "quality") for name in names
    )
    if not same or (curve.target.id, curve.flux_unit) != (again.target.id, again.flux_unit):
        raise WorkspaceError(f"{curve.target.id} would not be packed without loss: it stays where it is")
