"""The targets of a workspace: which light curves there are, and what is known of them."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.groups import group_names
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.progress import Progress, silent
from clara_engine.readers import Summary, read_registered
from clara_engine.readers.columns import Columns
from clara_engine.text import visible
from clara_engine.workspace.database import Database
from clara_engine.workspace.files import find_files
from clara_engine.workspace.identity import Registered, decide
from clara_engine.workspace.looking import Looked, look_at, stamp_of

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
        Files that hold a target which another file gives, and that file; see `clara_engine.workspace.identity`.
    unreadable : tuple of (path, reason)
    other_tables : tuple of str
        Tables in folders that have no columns of a light curve; they were passed over.
    parts : tuple of (path, target id)
        Light curves that differ from another of the same star, sector, product and cadence by their times or by what
        processed them, and the ids that they have therefore.
    notes : tuple of (path, note)
        What a person should know of how files were read, such as cells that are no numbers.
    """

    added: int
    known: int
    duplicates: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]
    other_tables: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


class TargetCatalog:
    """Registered targets; reads light curves through the path that was registered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ingest(self, places: Sequence[Path], progress: Progress = silent, *, columns: str = "") -> Ingested:
        """Register light-curve files. Their samples are read; what can't be read is listed with its reason.

        Ids are given by the rules of `clara_engine.workspace.identity`. What has been read when `progress` stops it is
        registered. Files that an older version registered are read again, for what it did not keep. `columns`
        (``"time=TIME flux=FLUX"``) says which columns of the files are what; that is kept with them, and they are
        always read so.
        """
        given = str(Columns.parse(columns)) if columns else ""
        found = find_files(places, progress, every_table=bool(given))
        known, incomplete = self._known()
        wanted: dict[str, str] = {}
        unchanged = 0
        for path in map(str, found.light_curves):
            named = given or (known[path].columns if path in known else "")
            same = path in known and known[path] == _Known(_stamp(path), named)
            unchanged += same
            if not same or path in incomplete:
                wanted[path] = named
        looked: dict[str, Looked] = {}
        try:
            for one in look_at(list(wanted.items()), progress):
                looked[one.path] = one
        finally:
            # A name that is not UTF-8 comes back as it is shown.
            in_turn = [looked.get(path) or looked.get(visible(path)) for path in wanted]
            result = self._register([one for one in in_turn if one is not None], known)
        progress(len(wanted), len(wanted))
        return replace(result, known=unchanged, other_tables=tuple(map(str, found.other_tables)))

    def _register(self, looked: Sequence[Looked], before: dict[str, _Known]) -> Ingested:
        """Write what was found, in the order in which the files were offered."""
        made = decide(looked, self._registered({summary.target.id for one in looked for summary in one.found}))
        unreadable = [(one.path, one.reason) for one in looked if one.reason] + made.unreadable
        with self._database.transaction() as connection:
            self._write(connection, made.rows)
            connection.executemany("INSERT OR REPLACE INTO unreadable VALUES (?, ?)", unreadable)
        added = sum(before.get(row.path) != _Known(row.stamp, row.columns) for row in made.rows)
        notes = dict.fromkeys((one.path, note) for one in looked for summary in one.found for note in summary.notes)
        return Ingested(
            added, 0, tuple(made.duplicates), tuple(unreadable), parts=tuple(made.parts), notes=tuple(notes)
        )

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

    def columns_of(self, path: Path) -> str:
        """What was named of the columns of a registered file; empty where nothing was, or it is not registered."""
        found = self._database.frame("SELECT columns FROM targets WHERE path = ?", (str(path.absolute()),))
        return str(found["columns"][0]) if len(found) else ""

    def _columns_of(self, target_id: str) -> str:
        found = self._database.frame("SELECT columns FROM targets WHERE target_id = ?", (target_id,))
        return str(found["columns"][0]) if len(found) else ""

    def _known(self) -> tuple[dict[str, _Known], set[str]]:
        """How registered files were when they were read, by path, and those of which something was never read."""
        table = self._database.frame("SELECT path, bytes, modified_ns, columns, procver, begin_btjd FROM targets")
        states = {row.path: _Known((row.bytes, row.modified_ns), row.columns) for row in table.itertuples()}
        return states, set(table.loc[table[["procver", "begin_btjd"]].isna().any(axis=1), "path"])

    def _registered(self, plain_ids: set[str]) -> list[Registered]:
        """What is registered under these ids, with whatever part."""
        names = [*FACTS, "target_id", "path", "columns", *STAMP, *SUMMARY]
        table = self._database.frame(f"SELECT {', '.join(names)} FROM targets")
        plain = table["target_id"].where(table["part"] == "", table["target_id"].str.rsplit("-", n=1).str[0])
        return [_read(row) for row in table[plain.isin(plain_ids)].to_dict("records")]

    def _write(self, connection: sqlite3.Connection, rows: Sequence[Registered]) -> None:
        names = ["target_id", *FACTS, "path", "columns", *STAMP, *SUMMARY, "registered"]
        marks = ", ".join("?" for _ in names)
        values = []
        for row in rows:
            if row.summary is not None:
                content = [*_facts(row.summary), row.path, row.columns, *row.stamp, *_extent(row.summary)]
                values.append([row.target_id, *content, _registered_at(connection, row)])
        connection.executemany(f"INSERT OR REPLACE INTO targets ({', '.join(names)}) VALUES ({marks})", values)
        connection.executemany("DELETE FROM unreadable WHERE path = ?", [(row.path,) for row in rows])


STAMP = ("bytes", "modified_ns")
SUMMARY = ("begin_btjd", "end_btjd", "samples")


class _Known(NamedTuple):
    """How a file was when it was read: its stamp, and the columns that were named for it."""

    stamp: tuple[int, int]
    columns: str


def _stamp(path: str) -> tuple[int, int]:
    try:
        return stamp_of(path)
    except OSError:
        return (-1, -1)


def _registered_at(connection: sqlite3.Connection, row: Registered) -> float:
    """Since when the light curve of a target is what it is [Unix s]: a file that was moved or copied is the same."""
    before = connection.execute(
        f"SELECT path, columns, {', '.join((*STAMP, *SUMMARY))}, registered FROM targets WHERE target_id = ?",
        (row.target_id,),
    ).fetchone()
    if before is None or row.summary is None:
        return time.time()
    path, columns, bytes_, modified, *extent, since = before
    moved = path != row.path and bytes_ == row.stamp[0] and extent == _extent(row.summary)
    same = columns == row.columns and (moved or (bytes_, modified) == row.stamp)
    return float(since) if same else time.time()


def _facts(summary: Summary) -> list[object]:
    return [getattr(summary.target, name) for name in FACTS]


def _extent(summary: Summary) -> list[object]:
    return [getattr(summary, name) for name in SUMMARY]


def _read(row: dict[Any, Any]) -> Registered:
    """A row of the table as it was written."""
    stamp = (row["bytes"], row["modified_ns"])
    if pd.isna(row["begin_btjd"]) or row["procver"] is None:
        return Registered(row["target_id"], row["part"], row["path"], row["columns"], stamp, None)
    facts: dict[str, Any] = {name: row[name] for name in FACTS if not pd.isna(row[name])}
    facts |= {name: int(facts[name]) for name in ("data_release", "camera", "ccd") if name in facts}
    summary = Summary(Target(**facts), *(row[name] for name in SUMMARY))
    return Registered(row["target_id"], row["part"], row["path"], row["columns"], stamp, summary)
