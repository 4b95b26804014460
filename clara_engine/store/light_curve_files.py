"""Finding the files in folders that hold light curves, without reading all of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.progress import Progress, Report, quiet, silent
from clara_engine.readers import pack, read_target
from clara_engine.readers.columns import Columns
from clara_engine.readers.fits_file import FITS_SUFFIXES
from clara_engine.readers.remote import is_there, remote_files, url_of
from clara_engine.readers.table_file import SUFFIXES as TABLE_SUFFIXES
from clara_engine.readers.table_file import holds_light_curve
from clara_engine.text import counted

__all__ = ["Found", "Survey", "find_files", "survey"]

SAMPLE = 60
EVERY = 100


@dataclass(frozen=True, slots=True)
class Found:
    """Files that may hold light curves, in a stable order, and tables that hold something else."""

    light_curves: tuple[Path, ...]
    other_tables: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """What a place holds, as far as a sample tells.

    Attributes
    ----------
    files, bytes : int
    looked_at : int
        Files whose headers were read, spread over all of them.
    products : dict
        Product and cadence (``"SPOC, 120 s"``) to files among those.
    unreadable : tuple of str
        Reasons, of those that were looked at.
    other_tables : int
    tables : tuple of Path
        Those tables; labels may stand in them.
    """

    files: int
    bytes: int
    looked_at: int
    products: dict[str, int]
    unreadable: tuple[str, ...]
    other_tables: int
    tables: tuple[Path, ...] = ()


def find_files(
    places: Iterable[Path],
    progress: Progress = silent,
    *,
    every_table: bool = False,
    readable: Callable[[Path], bool] = lambda path: True,
) -> Found:
    """Look through files and folders to the bottom.

    FITS files are taken by their names; a table in a folder only if its columns are those of a light curve. A path that
    is named directly is taken whatever it is called, so that its reader can say what is wrong with it; so is a folder
    that may not be looked into. With `every_table` all tables are taken: somebody says what their columns are.

    Parameters
    ----------
    places : iterable of Path
        Files and folders, and URLs of such.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    every_table : bool
        Whether all tables are taken.
    readable : callable
        Whether a file may be read, wherever a link leads; others are passed over.
    """
    chosen: dict[Path, None] = {}
    others: dict[Path, None] = {}
    for place in places:
        if url := url_of(place):
            listed = remote_files(url) if readable(place) else []
            files = [Path(found) for found in listed if found == url or _named_so(found)] or [place]
        else:
            files = _inside(place, progress) if os.path.isdir(place) else [place]
        for number, path in enumerate(files):
            if number % EVERY == 0:
                progress(0, 1)
            if not readable(path):
                continue
            table = path != place and not every_table and path.name.lower().endswith(TABLE_SUFFIXES)
            other = table and not pack.recognises(path) and not holds_light_curve(path)
            (others if other else chosen)[path if url else path.absolute()] = None
    return Found(tuple(chosen), tuple(others))


def survey(
    places: Sequence[Path],
    report: Report = quiet,
    *,
    columns: str = "",
    readable: Callable[[Path], bool] = lambda path: True,
) -> Survey:
    """Summarise what a place holds before it is registered; for `columns` see `clara_engine.studies.ingest`.

    Parameters
    ----------
    places : sequence of Path
        Files and folders.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    columns : str
        Empty where names say it.
    readable : callable
        As in `find_files`.

    Raises
    ------
    WorkspaceError
        When a place is not there, or holds no light curve.
    UnreadableLightCurve
        When `columns` is no naming of columns.
    """
    named = Columns.parse(columns) if columns else None
    for place in places:
        if not is_there(place):
            raise WorkspaceError(f"{place} is not there: is the path one of the machine that the server runs on?")
    report.stage("looking through the folder")
    found = find_files(places, report, every_table=named is not None, readable=readable)
    files = found.light_curves
    if not files:
        tables = (
            f", only {counted(len(found.other_tables), 'table')} without time and flux columns"
            if found.other_tables
            else ""
        )
        raise WorkspaceError(f"no light-curve files in {', '.join(map(str, places))}{tables}")
    report.stage("reading some headers")
    step = max(1, len(files) // SAMPLE)
    sample = files[::step][:SAMPLE]
    products: Counter[str] = Counter()
    unreadable = []
    for done, path in enumerate(sample):
        report(done, len(sample))
        try:
            target = read_target(path, columns=named)
        except (OSError, UnreadableLightCurve) as error:
            unreadable.append(str(error))
        else:
            mark = ", simulated" if target.simulated else ""
            products[f"{target.product}, {target.cadence_s:.0f} s{mark}"] += 1
    size = sum(path.stat().st_size for path in files if path.is_file())
    others = found.other_tables
    return Survey(len(files), size, len(sample), dict(products), tuple(unreadable), len(others), others)


def _named_so(name: str) -> bool:
    return name.lower().endswith((*FITS_SUFFIXES, *TABLE_SUFFIXES))


def _inside(folder: Path, progress: Progress) -> list[Path]:
    closed: list[Path] = []
    found: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
    for place, folders, files in walk:
        progress(0, 1)
        named = (Path(place, name) for name in (*folders, *files))
        found += [path for path in named if _named_so(path.name)]
    return sorted(found) + closed
