"""30-minute means of every star of a sector, made once and kept, to see which stars dip at one moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.caching import remembered
from clara_engine.errors import ClaraError
from clara_engine.files import reading, write_atomically
from clara_engine.lightcurve import Target
from clara_engine.periods.other_stars import BinnedStar, binned_star
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_registered
from clara_engine.store.database import DATABASE_FILE
from clara_engine.workers import raise_if_cancelled

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["FEW", "OthersOfSector", "others_of_sector", "prepare_sector", "unprepared"]

#: So many light curves are prepared when they are asked for; more are a job.
FEW = 150
VERSION = 1
KIND = "halfhours"
CHUNK = 16
SECTORS_IN_MEMORY = 2


@dataclass(frozen=True, slots=True, eq=False)
class OthersOfSector:
    """The other stars of the sector of a target, as far as they are prepared.

    Attributes
    ----------
    stars, camera : tuple of BinnedStar
        Of the sector, and those of them that fell on the same camera.
    missing : int
        Light curves that are not prepared yet.
    """

    stars: tuple[BinnedStar, ...]
    camera: tuple[BinnedStar, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A light curve to be prepared."""

    target_id: str
    path: str
    columns: str
    place: Path
    home: Path


def prepare_sector(store: Store, sector: int, report: Report = quiet) -> int:
    """Make what is missing of a sector; returns how many light curves that were. What is made stays when it stops.

    Parameters
    ----------
    store : Store
    sector : int
        Of TESS.
    report : Report
        What it raises stops the work.
    """
    missing = [part for part in _parts(store, sector) if not part.place.exists()]
    report.stage(f"30-minute means of sector {sector}")
    report(0, len(missing))
    done = 0
    if len(missing) <= FEW:  # processes would not have started before
        for part in missing:
            _prepare(part)
            done += 1
            report(done, len(missing))
        return done
    work = store.workers.seeing(store.folder).spread(
        _prepare_some, _chunks(missing), tick=lambda: report(done, len(missing))
    )
    with closing(work):
        for made in work:
            done += made
            report(done, len(missing))
    return done


def unprepared(store: Store, sector: int) -> int:
    """How many light curves of a sector of TESS are not prepared yet.

    Parameters
    ----------
    store : Store
    sector : int
    """
    return sum(not part.place.exists() for part in _parts(store, sector))


def _chunks(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    waiting = iter(parts)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _prepare_some(parts: Sequence[_Part]) -> int:
    for part in parts:
        raise_if_cancelled()
        _prepare(part)
    return len(parts)


def _prepare(part: _Part) -> None:
    try:
        made = binned_star(read_registered(Path(part.path), part.target_id, columns=part.columns))
    except (ClaraError, OSError):  # it tells nothing of others, and is not tried again until its file changes
        made = BinnedStar(0, np.empty(0, np.float32))
    write_atomically(
        part.place,
        lambda beside: _save(beside, made),
        home=part.home,
    )


def _save(path: Path, made: BinnedStar) -> None:
    with path.open("wb") as file:
        np.savez(file, first=made.first, flux=made.flux, dumps=made.dumps)


def others_of_sector(
    store: Store, target: Target, report: Report = quiet, *, prepare: bool | None = None
) -> OthersOfSector:
    """The other stars that were observed in the sector of a target, one light curve each.

    Parameters
    ----------
    store : Store
    target : Target
        Of one sector of TESS.
    report : Report
    prepare : bool, optional
        Whether to make what is missing first; by default where it is little (`FEW`).
    """
    parts = _parts(store, target.sector)
    missing = sum(not part.place.exists() for part in parts)
    if missing and (prepare or (prepare is None and missing <= FEW)):
        prepare_sector(store, target.sector, report)
        missing = sum(not part.place.exists() for part in parts)
    there = tuple(part.place for part in parts)
    rows = _rows(tuple(place for place in there if place.exists()))
    table = _observed(store, target.sector).loc[[part.target_id for part in parts]]
    same_camera = table["camera"].eq(target.camera).fillna(False)  # no camera is told of what older versions registered
    known = [
        (rows[part.place], same)
        for part, star, same in zip(parts, table["star"], same_camera, strict=True)
        if star != target.star and part.place in rows and rows[part.place].flux.size
    ]
    return OthersOfSector(tuple(row for row, _ in known), tuple(row for row, same in known if same), missing)


@remembered(SECTORS_IN_MEMORY)
def _rows(places: tuple[Path, ...]) -> dict[Path, BinnedStar]:
    """Rows by file; names of files are digests of all that they depend on."""
    found = {}
    for place in places:
        with reading(place), np.load(place, allow_pickle=False) as kept:
            found[place] = BinnedStar(int(kept["first"]), kept["flux"], kept["dumps"])
    return found


def _observed(store: Store, sector: int) -> pd.DataFrame:
    """One light curve of each star of a sector, by target id: that of the shortest cadence."""
    table = store.targets.frame().set_index("target_id")
    table = table[(table["sector"] == sector) & (table["catalogue"] == "TIC") & ~table["simulated"]]
    table = table.assign(star="TIC " + table["tic"].astype(str))
    return table.sort_values(["star", "cadence_s"]).drop_duplicates("star")


def _parts(store: Store, sector: int) -> list[_Part]:
    contents = store.targets.contents()
    home = store.folder / DATABASE_FILE
    table = _observed(store, sector)
    names = [
        hashlib.sha256(f"{VERSION} {target_id} {contents[target_id]} {columns}".encode()).hexdigest()[:24]
        for target_id, columns in zip(table.index, table["columns"], strict=True)
    ]
    return [
        _Part(str(target_id), path, columns, store.cache.place(KIND, f"{name}.npz"), home)
        for target_id, path, columns, name in zip(table.index, table["path"], table["columns"], names, strict=True)
    ]
