"""The list of workspaces that this user opened lately."""

from __future__ import annotations

import json
import os
from pathlib import Path

import platformdirs

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically

__all__ = ["recent", "remember"]

KEPT = 12


def remember(folder: Path) -> None:
    """Put a workspace first in the list. A list that can't be written is no reason to stop."""
    known = [folder.absolute(), *(path for path in _listed() if path != folder.absolute())]
    try:
        write_atomically(_place(), lambda beside: beside.write_text(json.dumps([str(path) for path in known[:KEPT]])))
    except WorkspaceError:
        return


def recent() -> list[Path]:
    """Workspaces that are still there, the last opened first."""
    return [path for path in _listed() if (path / "clara.sqlite").is_file()]


def _listed() -> list[Path]:
    try:
        found = json.loads(_place().read_text("utf-8"))
        return [Path(path) for path in found if isinstance(path, str)]
    except (OSError, ValueError, TypeError):
        return []


def _place() -> Path:
    """``CLARA_RECENT``, or a file in the user's state folder."""
    return Path(os.environ.get("CLARA_RECENT") or platformdirs.user_state_path("clara") / "workspaces.json")
