"""Options that several commands share, and opening the workspace they name.

The engine is imported when a command runs, not when the command line starts: `clara --help` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from clara_engine.workspace import Workspace

__all__ = ["AsJson", "Folder", "chosen_label", "existing", "filled", "opened"]

Folder = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", envvar="CLARA_WORKSPACE", help="Workspace folder; by default the user's own."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


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
    known = [v for f, v in workspace.labels.members(workspace.targets.ids()) if f == family]
    return family, known[0] if value == "any" and len(known) == 1 else value
