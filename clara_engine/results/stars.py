"""The stars of a study: what is known of given ones, and simulated ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.progress import Report, quiet
from clara_engine.workspace.demo import simulate

if TYPE_CHECKING:
    from clara_engine.workspace.workspace import Workspace

__all__ = ["EVENT_COLUMNS", "demo_workspace", "note_events"]

#: Columns of a table of stars that say that something is known to happen: by a word, or a number other than 0.
EVENT_COLUMNS = (
    "toi", "toi_disp", "toi_or_koi", "disposition", "eb_period", "hello_nflares", "ucd_flares_vetted_this_sector",
)  # fmt: skip
#: Columns that say what a star is, and the words in them that mean an event.
CLASS_COLUMNS = ("class", "other_labels")
EVENT_WORDS = "planet|binary|flare|transit|eclips"
FAMILY = "event"


def note_events(workspace: Workspace, path: Path, columns: Iterable[str] = EVENT_COLUMNS) -> int:
    """Label the stars of a CSV table on which something is known to happen; returns how many light curves that is.

    Parameters
    ----------
    path : Path
        With a column ``tic``.
    columns : iterable of str
        Those of them that the table has are looked at, and `CLASS_COLUMNS`.

    Raises
    ------
    WorkspaceError
        When the table can't be read, or says nothing.
    """
    try:
        table = pd.read_csv(path, comment="#")
    except (OSError, ValueError) as error:
        raise WorkspaceError(f"{path} can't be read as CSV: {str(error).splitlines()[0]}") from None
    said = {name: _said(table[name]) for name in columns if name in table}
    for name in CLASS_COLUMNS:
        if name in table:
            said[name] = table[name].fillna("").astype(str).str.contains(EVENT_WORDS, case=False)
    if "tic" not in table or not said:
        raise WorkspaceError(f"{path.name} needs a column tic and one of {', '.join((*columns, *CLASS_COLUMNS))}")
    eventful = set(
        pd.to_numeric(table.loc[pd.DataFrame(said).any(axis=1), "tic"], errors="coerce").dropna().astype(int)
    )
    targets = workspace.targets.frame()
    found = targets.loc[targets["tic"].isin(eventful), "target_id"]
    return workspace.labels.add(FAMILY, dict.fromkeys(found, "yes"), source=str(path.absolute()))


def _said(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column):
        return column.notna() & (column != 0)
    return column.fillna("").astype(str).str.strip() != ""


def demo_workspace(folder: Path, stars: int, report: Report = quiet) -> Workspace:
    """A simulated sector with its truth as labels, made if it is not there."""
    from clara_engine.workspace.workspace import Workspace

    workspace = Workspace.open(folder / f"simulated-{stars}")
    if len(workspace.targets) < stars or workspace.labels.summary().empty:
        simulate(workspace, stars=stars, seed=1, report=report)
    return workspace
