"""Roots: folders with light curves outside of the workspace. Each has a name, and can be moved.

A path is kept as two columns: ``root``, the name of a folder outside or "" for the workspace, and ``path`` below it.
What lies in the workspace goes with it when it is copied; what lies outside is found again when its root is pointed at
the new place. A path that lies in neither, such as that of a table of labels, is kept whole.
"""

from __future__ import annotations

import itertools
import os
import shlex
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.readers.remote import url_of
from clara_engine.text import counted, visible

if TYPE_CHECKING:
    from clara_engine.store.database import Database

__all__ = ["Places", "Roots", "place_files", "resolved"]

#: More folders than this become roots through folders above them: archives give every star a folder of its own.
MOST_ROOTS = 12


def resolved(path: Path) -> Path:
    """The path, absolute and without ``..``; links stay as they are where they can, and so does a URL."""
    if url_of(path):
        return Path(path)
    path = path.absolute()
    if ".." not in path.parts:
        return path
    return path.resolve() if path.name == ".." else path.parent.resolve() / path.name


class Places:
    """The folders of the roots as they are now.

    Parameters
    ----------
    home : Path
        The workspace.
    folders : mapping
        Name of a root to its folder; a folder in the workspace may be relative to it.
    """

    def __init__(self, home: Path, folders: Mapping[str, str]) -> None:
        self.home = str(home)
        self.folders = {
            name: url_of(folder) or os.path.normpath(os.path.join(self.home, folder))
            for name, folder in folders.items()
        }
        self._deepest_first = sorted(self.folders.items(), key=lambda item: -len(item[1]))
        self._real_home = os.path.realpath(self.home)
        self._inside: dict[str, str | None] = {}

    @classmethod
    def read(cls, connection: sqlite3.Connection, home: Path) -> Places:
        """As the database has them.

        Parameters
        ----------
        connection : sqlite3.Connection
        home : Path
            Folder of the workspace.
        """
        return cls(home, dict(connection.execute("SELECT name, folder FROM roots")))

    def absolute(self, root: str, path: str) -> str:
        """Where a kept path is now.

        Parameters
        ----------
        root : str
            Name; empty for the workspace.
        path : str
            Below the root.
        """
        return url_of(path) or os.path.join(self.folders.get(root, self.home), path)

    def column(self, table: pd.DataFrame) -> list[str]:
        """Where the paths of a table with columns root and path are now."""
        return [self.absolute(root, path) for root, path in zip(table["root"], table["path"], strict=True)]

    def split(self, path: str) -> tuple[str, str]:
        """Root and path below it; ("", the absolute path) where it lies in none."""
        if (below := _below(path, self.home)) is not None:
            return "", below
        path = url_of(path) or path
        folder, name = os.path.split(path)
        if folder not in self._inside:
            inside = None if url_of(path) else _below(os.path.realpath(folder), self._real_home)
            self._inside[folder] = inside
        if (inside := self._inside[folder]) is not None:  # reached through a link
            return "", os.path.join(inside, name)
        for root, place in self._deepest_first:
            if (below := _below(path, place)) is not None:
                return root, below
        return "", path

    def usual(self, path: str) -> str:
        """The path by which a file is known here, when it was reached through a link into the workspace."""
        return self.absolute(*self.split(path))


@dataclass(frozen=True, slots=True)
class Root:
    """A folder outside of the workspace.

    Attributes
    ----------
    name, folder : str
    light_curves : int
        Registered ones whose file lies in it.
    there : bool
        Whether it is a folder that holds anything: a disk that is not mounted leaves an empty one.
    """

    name: str
    folder: str
    light_curves: int
    there: bool

    @property
    def missing(self) -> str:
        """What a person reads when it is not there, with what mends it; else nothing."""
        if self.there or not self.light_curves:
            return ""
        files = counted(self.light_curves, "light curve")
        return (
            f"{files} can't be read: root {self.name!r} is not at {visible(self.folder)}; mount it, or say where it is "
            f"now: clara roots set {shlex.quote(self.name)} FOLDER"
        )


class Roots:
    """The named folders outside of a workspace that its light curves lie in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.home = database.path.parent

    def places(self) -> Places:
        """Their folders as they are now."""
        return Places(self.home, dict(self._database.rows("SELECT name, folder FROM roots")))

    def every(self) -> list[Root]:
        """Every root by name; this looks at the disk."""
        places = self.places()
        counts = dict(self._database.rows("SELECT root, count(*) FROM targets GROUP BY root"))
        return [
            Root(name, folder, counts.get(name, 0), _holds_anything(folder))
            for name, folder in sorted(places.folders.items())
        ]

    def in_use(self) -> list[str]:
        """The folders of this machine that light curves lie in, that of the workspace among them where some do."""
        places = self.places()
        used = [root for (root,) in self._database.rows("SELECT DISTINCT root FROM targets")]
        found = [places.folders.get(root, places.home) for root in used]
        return [folder for folder in found if not url_of(folder)]

    def missing(self) -> list[str]:
        """A line for each root that is not there, with what mends it; this looks at the disk."""
        return [line for root in self.every() if (line := root.missing)]

    def inside(self) -> int:
        """How many light curves lie in the workspace itself."""
        table = self._database.frame("SELECT path FROM targets WHERE root = ''")
        return sum(not os.path.isabs(path) for path in table["path"])

    def point(self, name: str, folder: Path) -> tuple[int, int]:
        """Say where a root is now; returns how many of its files are there, and how many it has.

        Parameters
        ----------
        name : str
        folder : Path
            Where it is now.

        Returns
        -------
        there, all
            Numbers of files.

        Raises
        ------
        WorkspaceError
            There is no such root, the folder is none, or holds none of its files.
        """
        places, folder = self.places(), resolved(folder.expanduser())
        if name not in places.folders:
            known = ", ".join(places.folders) or "none: everything lies in the workspace"
            raise WorkspaceError(f"no root {name!r} in this workspace; roots: {known}")
        if not folder.is_dir():
            raise WorkspaceError(f"{folder} is no folder: root {name!r} stays at {places.folders[name]}")
        paths = self._database.frame("SELECT path FROM targets WHERE root = ?", (name,))["path"].tolist()
        there = sum(os.path.exists(os.path.join(folder, path)) for path in paths)
        if paths and not there:
            raise WorkspaceError(
                f"{folder} has none of the {counted(len(paths), 'file')} of root {name!r}, such as "
                f"{visible(paths[0])}: it "
                f"stays at {places.folders[name]}"
            )
        # What is in the workspace goes with it. A new number tells others that the root has changed.
        inside = folder.is_relative_to(places.home)
        kept = os.path.relpath(folder, places.home) if inside else str(folder)
        with self._database.transaction() as connection:
            connection.execute("REPLACE INTO roots (name, folder) VALUES (?, ?)", (name, kept))
        return there, len(paths)


def place_files(
    connection: sqlite3.Connection, home: Path, paths: Iterable[str], given: Sequence[Path] = ()
) -> dict[str, tuple[str, str]]:
    """Root and path below it of each file, by its absolute path; what lies outside of every root gets one.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction.
    home : Path
        Folder of the workspace.
    paths : iterable of str
        Absolute.
    given : sequence of Path
        The folders that a person named, which become roots; of other files their own folder does.
    """
    places, paths = Places.read(connection, home), list(paths)
    outside = [path for path in paths if _is_whole(places.split(path)[1])]
    taken = set(places.folders)
    for folder in _new_roots(outside, [url_of(place) or str(place) for place in given]):
        name = _name(folder, taken)
        connection.execute("INSERT INTO roots (name, folder) VALUES (?, ?)", (name, folder))
        taken.add(name)
    if len(taken) > len(places.folders):
        places = Places.read(connection, home)
    return {path: places.split(path) for path in paths}


def _new_roots(paths: Sequence[str], given: Sequence[str]) -> list[str]:
    """Folders that hold all paths: given ones before the paths' own; few, none within another, none a whole disk."""
    widest_first = sorted(given, key=len)
    found = {next((one for one in widest_first if _below(path, one)), os.path.dirname(path)) for path in paths}
    while len(found := _outermost(found)) > MOST_ROOTS:
        deepest = max(map(_depth, found))
        if deepest <= 1:
            break
        found = {os.path.dirname(folder) if _depth(folder) == deepest else folder for folder in found}
    return sorted(folder for folder in found if _depth(folder))


def _outermost(folders: Iterable[str]) -> set[str]:
    kept: set[str] = set()
    for folder in sorted(folders, key=_depth):
        above = folder
        while _depth(above) and above not in kept:
            above = os.path.dirname(above)
        if above not in kept:
            kept.add(folder)
    return kept


def _depth(folder: str) -> int:
    return len(Path(folder).parts) - 1


def _is_whole(path: str) -> bool:
    """Whether a path is no part of one, below a root."""
    return os.path.isabs(path) or url_of(path) is not None


def _below(path: str, folder: str) -> str | None:
    """The path below a folder; None where it is not in it."""
    start = folder if folder.endswith(os.sep) else folder + os.sep
    return path[len(start) :] if path.startswith(start) else None


def _holds_anything(folder: str) -> bool:
    if url_of(folder):
        return True  # storage elsewhere is asked when something is read
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _name(folder: str, taken: Iterable[str]) -> str:
    """The folder's own name, with a number where another root has it."""
    plain = visible(os.path.basename(folder))
    numbered = (f"{plain}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([plain], numbered) if name not in taken)
