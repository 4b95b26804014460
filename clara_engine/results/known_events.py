"""The stars of a study of results: known events of real stars, and a simulated sector."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.lightcurve import star_of
from clara_engine.progress import Report, quiet
from clara_engine.readers.table_names import plain
from clara_engine.store.star_table import StarTable
from clara_engine.store.yes_no import NO
from clara_engine.studies.demo import simulate

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["EVENT_COLUMNS", "demo_workspace", "events_seen", "note_events"]

#: Columns of a table of stars that say that something is known to happen: by a word, or a number other than 0.
EVENT_COLUMNS = (
    "toi",
    "toi_disp",
    "toi_or_koi",
    "disposition",
    "eb_period",
    "hello_nflares",
    "ucd_flares_vetted_this_sector",
)
#: How columns begin that count the transit-like events which SPOC's own search found in a sector: n_tce_s1.
SEARCHED = "n_tce"
#: Columns that say what a star is, and the words in them that mean an event.
CLASS_COLUMNS = ("class", "other_labels")
EVENT_WORDS = "planet|binary|flare|transit|eclips"
FAMILY = "event"
SEEN = "seen"


def note_events(workspace: Store, path: Path, columns: Iterable[str] = EVENT_COLUMNS) -> int:
    """Label the stars of a table on which something is known to happen; returns how many light curves that is.

    Parameters
    ----------
    workspace : Store
    path : Path
        With a column of stars; see `StarTable` for what is understood.
    columns : iterable of str
        Those of them that the table has are looked at, `CLASS_COLUMNS`, and columns that begin with `SEARCHED`.

    Raises
    ------
    WorkspaceError
        When the table can't be read, or says nothing.
    """
    table = StarTable(path)
    names = {plain(name): name for name in table.columns}
    said = [_said(table, names[plain(name)]) for name in columns if plain(name) in names]
    said += [_said(table, name) for name in table.columns if name.lower().startswith(SEARCHED)]
    said += [_means_event(table.words(names[plain(name)])) for name in CLASS_COLUMNS if plain(name) in names]
    if not said:
        known = ", ".join((*columns, *CLASS_COLUMNS, f"{SEARCHED}…"))
        raise WorkspaceError(f"{path.name} needs one of the columns {known}")
    rows = table.rows_of(workspace.targets.frame()[["target_id", "catalogue", "tic"]])
    found = rows.loc[np.any(said, axis=0)[rows["row"]], "target_id"]
    return workspace.labels.add(FAMILY, dict.fromkeys(found, "yes"), source=str(path.absolute()))


def events_seen(workspace: Store, path: Path) -> dict[str, str]:
    """What a person saw on stars that no catalogue knows to show an event: star to words.

    Parameters
    ----------
    workspace : Store
    path : Path
        Table with a column of stars (see `StarTable`) and a column ``seen``.

    Raises
    ------
    WorkspaceError
        When the table can't be read, or has no column ``seen``.
    """
    table = StarTable(path)
    names = {plain(name): name for name in table.columns}
    if SEEN not in names:
        raise WorkspaceError(f"{path.name} needs a column {SEEN}: what was seen on the star, in words")
    words = table.words(names[SEEN])
    rows = table.rows_of(workspace.targets.frame()[["target_id", "catalogue", "tic"]])
    return {star_of(target_id): words[row] for target_id, row in zip(rows["target_id"], rows["row"], strict=True)}


def _means_event(words: list[str]) -> NDArray[np.bool_]:
    return pd.Series(words, dtype=str).str.contains(EVENT_WORDS, case=False).to_numpy(bool)


def _said(table: StarTable, column: str) -> NDArray[np.bool_]:
    """Of every row whether it says something: a number other than 0, or a word other than no."""
    if table.holds_numbers(column):
        return np.nan_to_num(table.numbers(column).values) != 0
    return np.array([word.lower() not in {"", *NO} for word in table.words(column)])


def demo_workspace(folder: Path, stars: int, report: Report = quiet) -> Store:
    """A simulated sector with its truth as labels, made if it is not there.

    Parameters
    ----------
    folder : Path
        The workspace is a folder in it.
    stars : int
        How many are simulated.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    from clara_engine.store.store import Store

    workspace = Store.open(folder / f"simulated-{stars}")
    if len(workspace.targets) < stars or workspace.labels.summary().empty:
        simulate(workspace, stars=stars, seed=1, report=report)
    return workspace
