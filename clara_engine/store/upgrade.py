"""What a workspace of an older version gets when it is opened, beside the tables of its migrations."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from clara_engine.errors import WorkspaceUnavailable
from clara_engine.files import write_atomically
from clara_engine.store.roots import Places, place_files
from clara_engine.store.star_names import star_and_sector

__all__ = ["back_up", "complete", "copy_database", "holds_anything"]

#: Folders of a workspace that light curves and tables of labels come to lie in.
OWN_FOLDERS = ("downloads", "uploads", "simulated")


def holds_anything(connection: sqlite3.Connection) -> bool:
    """Whether any table has a row, so that there is something to lose."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'versions'"
    )
    return any(
        connection.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")').fetchone()[0] for (name,) in names.fetchall()
    )


def back_up(database: Path, connect: Callable[[], sqlite3.Connection], version: int) -> Path:
    """Copy a database beside itself before it is brought to `version`; the copy is whole, or it is not there.

    SQLite copies what is committed, also what is still in the log beside the file.

    Parameters
    ----------
    database : Path
        File of the database.
    connect : callable
        Opens it.
    version : int
        That it is to be brought to.

    Returns
    -------
    Path
        Of the copy.

    Raises
    ------
    WorkspaceUnavailable
        The copy can't be written.
    """
    plain = database.with_name(f"{database.name}.before-version-{version}")
    numbered = (plain.with_name(f"{plain.name}-{i}") for i in range(2, 10**6))
    place = plain if not os.path.exists(plain) else next(path for path in numbered if not os.path.exists(path))

    try:
        write_atomically(place, partial(copy_database, connect))
    except (sqlite3.Error, WorkspaceUnavailable) as error:
        raise WorkspaceUnavailable(
            f"{database.parent} was made by an older CLARA and stays as it is: before it is brought up to date, its "
            f"database is copied, and that can't be written ({error}); make room on its disk, then try again"
        ) from None
    return place


def copy_database(connect: Callable[[], sqlite3.Connection], place: Path) -> None:
    """Copy a database into a file of its own, while others write: all that is committed, and nothing else.

    Parameters
    ----------
    connect : callable
        Opens it.
    place : Path
        Of the copy.
    """
    with closing(connect()) as whole, closing(sqlite3.connect(place)) as other:
        other.execute("PRAGMA journal_mode = OFF")  # nothing but the file itself
        whole.backup(other)


def complete(connection: sqlite3.Connection, home: Path) -> None:
    """Fill in what the columns of a newer version hold: roots of paths, and stars of verdicts. May be done again.

    Parameters
    ----------
    connection : sqlite3.Connection
        In the transaction of the migration.
    home : Path
        The workspace.
    """
    place_files(connection, home, [_come_along(path, home) for path in _whole_paths(connection, "targets")])
    places = Places.read(connection, home)
    for table in ("targets", "unreadable", "label_tables"):
        rows = [(*places.split(_come_along(path, home)), path) for path in _whole_paths(connection, table)]
        connection.executemany(f"UPDATE {table} SET root = ?, path = ? WHERE root = '' AND path = ?", rows)
    numbers = connection.execute("SELECT verdict_id, target_id FROM verdicts WHERE star = ''").fetchall()
    stars = [(*star_and_sector(connection, target_id), number) for number, target_id in numbers]
    connection.executemany("UPDATE verdicts SET star = ?, sector = ? WHERE verdict_id = ?", stars)


def _whole_paths(connection: sqlite3.Connection, table: str) -> list[str]:
    found = connection.execute(f"SELECT DISTINCT path FROM {table} WHERE root = ''").fetchall()
    return [path for (path,) in found if os.path.isabs(path)]


def _come_along(path: str, home: Path) -> str:
    """Where a file is now that lay in the workspace before that was moved, while its paths were still whole."""
    if os.path.exists(path):
        return path
    parts = Path(path).parts
    places = (home.joinpath(*parts[i:]) for i, part in enumerate(parts) if part in OWN_FOLDERS)
    return str(next(filter(os.path.exists, places), path))
