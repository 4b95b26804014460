"""The targets of a workspace: which light curves there are, and what their headers say."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.groups import group_names
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.progress import Progress, silent
from clara_engine.readers import read_registered, read_target
from clara_engine.readers.columns import Columns
from clara_engine.text import visible
from clara_engine.workspace.database import Database
from clara_engine.workspace.files import find_files

__all__ = ["Ingested", "TargetCatalog"]

FACTS = [field.name for field in fields(Target)]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of the files that were offered.

    Attributes
    ----------
    added, known : int
        Files registered now, and files that already were and have not changed.
    duplicates : tuple of (path, path)
        Files that hold a target which another file already gave; the first one stays.
    unreadable : tuple of (path, reason)
    other_tables : tuple of str
        Tables in folders that have no columns of a light curve; they were passed over.
    """

    added: int
    known: int
    duplicates: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]
    other_tables: tuple[str, ...] = ()


class TargetCatalog:
    """Registered targets; reads light curves through the path that was registered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ingest(self, places: Sequence[Path], progress: Progress = silent, *, columns: str = "") -> Ingested:
        """Register light-curve files. What can't be read is listed with its reason; the rest goes on.

        What has been read when `progress` stops it is registered. Files that an older version registered are read
        again, for the facts that it did not keep. `columns` (``"time=TIME flux=FLUX"``) says which columns of the files
        are what; that is kept with them, and they are always read so.
        """
        given = str(Columns.parse(columns)) if columns else ""
        found = find_files(places, progress, every_table=bool(given))
        files = found.light_curves
        known, incomplete = self._known()
        kept = self._columns()
        owners = self.frame().set_index("target_id")["path"].to_dict()
        rows: list[dict[str, object]] = []
        duplicates: list[tuple[str, str]] = []
        unreadable: list[tuple[str, str]] = []
        unchanged = 0
        try:
            for done, path in enumerate(files):
                progress(done, len(files))
                if not _is_utf8(str(path)):
                    name = visible(str(path))
                    unreadable.append((name, f"{visible(path.name)}: its name is not UTF-8: rename it"))
                    continue
                try:
                    state = path.stat()
                    stamp = (state.st_size, state.st_mtime_ns)
                    named = given or kept.get(str(path), "")
                    if known.get(str(path)) == stamp and named == kept[str(path)]:
                        unchanged += 1
                        if str(path) not in incomplete:
                            continue
                    target = read_target(path, columns=named or None)
                except OSError as error:
                    unreadable.append((str(path), f"{path.name}: {error.strerror or error}"))
                    continue
                except UnreadableLightCurve as error:
                    unreadable.append((str(path), str(error)))
                    continue
                owner = owners.setdefault(target.id, str(path))
                if owner != str(path) and Path(owner).exists():
                    duplicates.append((str(path), owner))
                    continue
                owners[target.id] = str(path)
                rows.append(
                    {**asdict(target), "target_id": target.id, "path": str(path), "columns": named}
                    | dict(zip(STAMP, stamp, strict=True))
                )
        finally:
            with self._database.transaction() as connection:
                self._write(connection, rows)
                connection.executemany("INSERT OR REPLACE INTO unreadable VALUES (?, ?)", unreadable)
        progress(len(files), len(files))
        others = tuple(map(str, found.other_tables))
        added = sum(
            known.get(str(row["path"])) != tuple(row[name] for name in STAMP)
            or kept[str(row["path"])] != row["columns"]
            for row in rows
        )
        return Ingested(added, unchanged, tuple(duplicates), tuple(unreadable), others)

    def frame(self) -> pd.DataFrame:
        """One row a target, ordered by id: the facts of `Target`, with ``target_id`` and ``path``."""
        table = self._database.frame("SELECT * FROM targets ORDER BY target_id")
        numbers = ["cadence_s", "tmag", "teff", "radius", "logg", "ra", "dec", "pmra", "pmdec", "crowdsap"]
        kinds = dict.fromkeys(numbers, "float64") | dict.fromkeys(["data_release", "camera", "ccd"], "Int64")
        return table.astype(kinds | {"simulated": "bool"})

    def groups(self) -> pd.Series:
        """Name of the group of each target (`clara_engine.groups`), by target id: what may be ranked together."""
        facts = "target_id, catalogue, cadence_s, product"
        table = self._database.frame(f"SELECT {facts} FROM targets ORDER BY target_id").set_index("target_id")
        return group_names(table.astype({"cadence_s": "float64"}))

    def unreadable(self) -> pd.DataFrame:
        """Files that could not be read, with the reason."""
        return self._database.frame("SELECT * FROM unreadable ORDER BY path")

    def forget_unreadable(self, paths: Iterable[str]) -> None:
        """Take files off the list of those that could not be read."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM unreadable WHERE path = ?", [(path,) for path in paths])

    def stamp(self) -> int:
        """Changes whenever targets are registered, also when they replace others."""
        return int(self._database.frame("SELECT coalesce(max(rowid), 0) AS last FROM targets")["last"][0])

    def __len__(self) -> int:
        return int(self._database.frame("SELECT count(*) AS n FROM targets")["n"][0])

    def ids(self) -> list[str]:
        """Ids of all targets, in order."""
        return self._database.frame("SELECT target_id FROM targets ORDER BY target_id")["target_id"].tolist()

    def path(self, target_id: str) -> Path:
        """Where the light curve of a target lies."""
        found = self._database.frame("SELECT path FROM targets WHERE target_id = ?", (target_id,))
        if found.empty:
            raise WorkspaceError(f"no target {target_id} in this workspace: see `clara query` or ingest it first")
        return Path(found["path"][0])

    def light_curve(self, target_id: str, flux: str = "pdcsap") -> LightCurve:
        """Read the light curve of a target.

        Raises
        ------
        UnreadableLightCurve
            The file can't be read, or holds another star or sector than when it was registered.
        """
        return read_registered(self.path(target_id), target_id, flux, self._columns_of(target_id))

    def stars(self) -> pd.Series:
        """Whose light curve each target is, by target id: ``TIC 261136679``. What joins light curves of one star."""
        table = self._database.frame("SELECT target_id, catalogue, tic FROM targets ORDER BY target_id")
        names = table["catalogue"] + " " + table["tic"].astype(str)
        return names.set_axis(table["target_id"]).rename("star")

    def find(self, text: str) -> list[str]:
        """Ids of the targets that a person means by a target id or a number, with or without its catalogue."""
        named = re.fullmatch(r"(TIC|KIC|EPIC|SIM)?\s*(-?\d+)", text.strip().upper())
        catalogue, digits = (named[1] or "", named[2]) if named else ("", "")
        found = self._database.frame(
            "SELECT target_id FROM targets WHERE target_id = ? "
            "OR (CAST(tic AS TEXT) = ? AND ? IN ('', 'SIM', catalogue)) ORDER BY target_id",
            (text, digits, catalogue),
        )
        return found["target_id"].tolist()

    def _columns_of(self, target_id: str) -> str:
        found = self._database.frame("SELECT columns FROM targets WHERE target_id = ?", (target_id,))
        return str(found["columns"][0]) if len(found) else ""

    def _columns(self) -> dict[str, str]:
        """The columns that were named for each registered file, by path."""
        table = self._database.frame("SELECT path, columns FROM targets")
        return dict(zip(table["path"], table["columns"], strict=True))

    def _known(self) -> tuple[dict[str, tuple[int, int]], set[str]]:
        """The stamps of registered files by path, and the paths of which some facts were never asked."""
        table = self._database.frame("SELECT path, bytes, modified_ns, procver FROM targets")
        stamps = {row.path: (row.bytes, row.modified_ns) for row in table.itertuples()}
        return stamps, set(table.loc[table["procver"].isna(), "path"])

    def _write(self, connection: sqlite3.Connection, rows: list[dict[str, object]]) -> None:
        columns = ["target_id", *FACTS, "path", "columns", *STAMP]
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"INSERT OR REPLACE INTO targets ({', '.join(columns)}) VALUES ({marks})",
            [[row[column] for column in columns] for row in rows],
        )
        connection.executemany("DELETE FROM unreadable WHERE path = ?", [(row["path"],) for row in rows])


STAMP = ("bytes", "modified_ns")


def _is_utf8(path: str) -> bool:
    """Whether the database can hold a path."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
