"""Which places of the server's machine a page may touch: all on one's own machine, few where others may come."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from clara_engine.errors import WorkspaceError
from clara_engine.readers.remote import url_of
from clara_engine.text import visible
from clara_engine.workspace import Workspace

__all__ = ["ALLOWED_ROOTS", "Reach"]

#: Environment variable that `clara serve` sets where others may come: folders, as in PATH; it may be empty.
ALLOWED_ROOTS = "CLARA_ALLOWED_ROOTS"


class Reach:
    """What the pages of a server may read and create.

    Every pane that takes a path from a browser asks here. Links are resolved before a path is judged, and what lies
    outside gets one answer, whether it exists or not.

    Parameters
    ----------
    workspace : Workspace
        It and the roots of its light curves can be read always.
    allowed : sequence of Path, optional
        Further folders that can be read. None: everything that the server's account may read, and workspaces can be
        made anywhere.

    Attributes
    ----------
    restricted : bool
    """

    def __init__(self, workspace: Workspace, allowed: Sequence[Path] | None = None) -> None:
        self._workspace, self._allowed = workspace, allowed or ()
        self.restricted = allowed is not None

    @classmethod
    def from_environment(cls, workspace: Workspace) -> Reach:
        """As `clara serve` has said by `ALLOWED_ROOTS`."""
        said = os.environ.get(ALLOWED_ROOTS)
        return cls(workspace, None if said is None else [Path(one) for one in said.split(os.pathsep) if one])

    def folders(self) -> list[str]:
        """Where light curves and tables can be read where the reach is restricted; this reads the database."""
        roots = self._workspace.roots.places().folders.values()
        return list(dict.fromkeys(map(str, (self._workspace.folder, *roots, *self._allowed))))

    def readable(self) -> Callable[[Path], bool]:
        """Tells whether a file or folder may be read; it need not exist. The folders are those of now."""
        if not self.restricted:
            return lambda path: True
        real = [os.path.realpath(folder) for folder in self.folders()]

        def below_one(path: Path) -> bool:
            if url_of(path):
                return False  # the server would ask any machine for a visitor
            try:
                found = Path(os.path.realpath(path))
            except ValueError:  # a zero byte
                return False
            return any(found.is_relative_to(folder) for folder in real)

        return below_one

    def to_read(self, typed: str) -> Path:
        """A path that somebody typed, if it may be read.

        Parameters
        ----------
        typed : str
            It may begin with ``~``.

        Raises
        ------
        WorkspaceError
            When it lies outside; the message depends on nothing else.
        """
        path = Path(os.path.expanduser(typed))
        if not self.readable()(path):
            where = ", ".join(map(visible, self.folders()))
            raise WorkspaceError(f"this server reads only below {where}: choose a place there, or upload the files")
        return path

    def to_create(self, typed: str) -> Path:
        """A folder that somebody typed, if a workspace may be made there.

        Parameters
        ----------
        typed : str
            It may begin with ``~``.

        Raises
        ------
        WorkspaceError
            When this server makes none; the message does not depend on the folder.
        """
        if self.restricted:
            raise WorkspaceError("this server makes no workspaces: whoever runs it makes them, by clara ingest")
        return Path(os.path.expanduser(typed))
