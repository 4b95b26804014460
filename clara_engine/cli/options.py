"""Options that several commands share, and opening the workspace they name.

The engine is imported when a command runs, not when the command line starts: `clara --help` answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from clara_engine.workspace import Workspace

__all__ = [
    "AsJson",
    "ColumnNames",
    "Folder",
    "chosen_label",
    "existing",
    "filled",
    "named_columns",
    "one_a_word",
    "opened",
]

Folder = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", envvar="CLARA_WORKSPACE", help="Workspace folder; by default the user's own."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
COLUMNS = "--columns"
ColumnNames = Annotated[
    list[str] | None,
    typer.Option(
        COLUMNS, help="Which columns are what, for files of no known product: time=TIME flux=FLUX err=… quality=…"
    ),
]


def one_a_word(words: Sequence[str]) -> list[str]:
    """The words of a command with its option before every pair: ``--columns time=T flux=F`` names two columns."""
    from clara_engine.readers.columns import Columns

    found: list[str] = []
    within = False
    for word in words:
        if word == COLUMNS or word.startswith(f"{COLUMNS}="):
            within = True
        elif within and found[-1] != COLUMNS:
            within = Columns.looks_like_pair(word)
            found += [COLUMNS] if within else []
        found.append(word)
    return found


def named_columns(pairs: Sequence[str] | None) -> str:
    """What a person names with `ColumnNames`, as readers take it; empty where nothing is named.

    Raises
    ------
    UnreadableLightCurve
        It is no naming of columns.
    """
    from clara_engine.readers.columns import Columns

    return "" if pairs is None else str(Columns.parse(" ".join(pairs)))


def opened(folder: Path | None, *, create: bool = True) -> Workspace:
    """Open a workspace, made if need be."""
    from clara_engine.workspace import Workspace

    return Workspace.open(folder, create=create)


def existing(folder: Path | None) -> Workspace:
    """Open a workspace that must be there already."""
    return opened(folder, create=False)


def filled(folder: Path | None) -> Workspace:
    """Open a workspace that must hold targets."""
    from clara_engine.errors import WorkspaceError

    workspace = existing(folder)
    if not len(workspace.targets):
        raise WorkspaceError("no targets in this workspace yet: `clara ingest FOLDER` or `clara demo` first")
    return workspace


def chosen_label(workspace: Workspace, text: str | None) -> tuple[str, str] | None:
    """A label that a person names as FAMILY/VALUE; a family alone is any value of it."""
    if text is None:
        return None
    family, _, value = (part.strip() for part in text.partition("/"))
    if not family:
        raise typer.BadParameter(f"{text!r} is not FAMILY or FAMILY/VALUE, such as toi or toi/CP")
    value = value or "any"
    said = workspace.labels.said() | {(family, "any")}
    known = [v for f, v in workspace.labels.members(workspace.targets.ids()) if f == family and (f, v) in said]
    return family, known[0] if value == "any" and len(known) == 1 else value
