"""The targets of a workspace: which light curves there are, and what is known of them."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.groups import group_names
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.summary import Summary
from clara_engine.store.database import Database
from clara_engine.store.file_summary import FileSummary, digest_of, stamp_of
from clara_engine.store.identity import Registered, decide
from clara_engine.store.roots import Places, Roots, place_files, resolved

__all__ = ["Ingested", "KnownFile", "TargetCatalog"]

FACTS = [field.name for field in fields(Target)]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of the files that were offered.

    Attributes
    ----------
    added, known : int
        Files registered now, and files that already were and have not changed.
    duplicates : tuple of (path, path)
        Files that hold a target which another file gives, and that file; see `clara_engine.store.identity`.
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
    """Registered targets; reads light curves where they lie now, see `clara_engine.store.roots`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._roots = Roots(database)

    def registered_files(self) -> tuple[dict[str, KnownFile], set[str]]:
        """How registered files were when they were read, by path, and those of which something was never read."""
        names = "path, root, bytes, modified_ns, columns, digest, procver, begin_btjd"
        table = self._located(f"SELECT {names} FROM targets")
        states = {
            row.path: KnownFile((row.bytes, row.modified_ns), row.columns, row.digest) for row in table.itertuples()
        }
        unread = table[["procver", "begin_btjd"]].isna().any(axis=1) | (table["digest"] == "")
        return states, set(table.loc[unread, "path"])

    def usual_path(self) -> Callable[[str], str]:
        """What gives a file the path that it is registered by, whatever links lead to it."""
        return self._roots.places().usual

    def register(self, files: Sequence[FileSummary], given: Sequence[Path], before: dict[str, KnownFile]) -> Ingested:
        """Write what was found in files, in the order in which they were offered.

        Parameters
        ----------
        files : sequence of FileSummary
        given : sequence of Path
            The files and folders that a person named: their folders are roots.
        before : dict
            `registered_files`, as they were when the files were read.
        """
        made = decide(files, self._registered({summary.target.id for one in files for summary in one.found}))
        unreadable = [(one.path, one.reason) for one in files if one.reason] + made.unreadable
        with self._database.transaction() as connection:
            placed = place_files(connection, self._roots.home, [row.path for row in made.rows], given)
            self._write(connection, made.rows, placed)
            self._forget(connection, [row.path for row in made.rows] + [path for path, _ in unreadable])
            split = Places.read(connection, self._roots.home).split
            failed = [(*split(path), reason) for path, reason in unreadable]
            connection.executemany("INSERT OR REPLACE INTO unreadable VALUES (?, ?, ?)", failed)
        added = sum(not _unchanged(before.get(row.path), row) for row in made.rows)
        notes = dict.fromkeys((one.path, note) for one in files for summary in one.found for note in summary.notes)
        return Ingested(
            added, 0, tuple(made.duplicates), tuple(unreadable), parts=tuple(made.parts), notes=tuple(notes)
        )

    def frame(self) -> pd.DataFrame:
        """One row a target, ordered by id: the facts of `Target`, with ``target_id`` and ``path``."""
        table = self._located("SELECT * FROM targets ORDER BY target_id").drop(columns="digest")
        numbers = ["cadence_s", "tmag", "teff", "radius", "logg", "ra", "dec", "pmra", "pmdec", "crowdsap"]
        kinds = dict.fromkeys(numbers, "float64") | dict.fromkeys(["data_release", "camera", "ccd"], "Int64")
        with self._database.row("targets", "a light curve"):
            return table.astype(kinds | {"simulated": "bool"})

    def contents(self) -> pd.Series:
        """What tells the content of each file, by target id: its digest, or its size and time where none was kept."""
        table = self._database.frame("SELECT target_id, digest, bytes, modified_ns FROM targets ORDER BY target_id")
        stamp = table["bytes"].astype(str) + "-" + table["modified_ns"].astype(str)
        return table["digest"].where(table["digest"] != "", stamp).set_axis(table["target_id"])

    def groups(self) -> pd.Series:
        """Name of the group of each target (`clara_engine.groups`), by target id: what may be ranked together."""
        facts = "target_id, catalogue, cadence_s, product"
        table = self._database.frame(f"SELECT {facts} FROM targets ORDER BY target_id").set_index("target_id")
        return group_names(table.astype({"cadence_s": "float64"}))

    def unreadable(self) -> pd.DataFrame:
        """Files that could not be read, with the reason."""
        table = self._located("SELECT path, reason, root FROM unreadable")
        return table.sort_values("path", ignore_index=True)

    def forget_unreadable(self, paths: Iterable[str]) -> None:
        """Take files off the list of those that could not be read."""
        with self._database.transaction() as connection:
            self._forget(connection, paths)

    def __len__(self) -> int:
        return int(self._database.rows("SELECT count(*) FROM targets")[0][0])

    def ids(self) -> list[str]:
        """Ids of all targets, in order."""
        return [row[0] for row in self._database.rows("SELECT target_id FROM targets ORDER BY target_id")]

    def path(self, target_id: str) -> Path:
        """Where the light curve of a target lies."""
        found = self._database.rows("SELECT root, path FROM targets WHERE target_id = ?", (target_id,))
        if not found:
            raise WorkspaceError(f"no target {target_id} in this workspace: see `clara query` or ingest it first")
        return Path(self._roots.places().absolute(*found[0]))

    def light_curve(self, target_id: str, flux: str = "pdcsap") -> LightCurve:
        """Read the light curve of a target.

        Parameters
        ----------
        target_id : str
        flux : {"pdcsap", "sap"}

        Raises
        ------
        UnreadableLightCurve
            The file can't be read, or holds another star or sector than when it was registered.
        """
        from clara_engine.readers.registered import read_registered  # every product, which lists and tables do without

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
        table = self._located("SELECT columns, path, root FROM targets WHERE columns <> ''")
        found = table.loc[table["path"] == self._roots.places().usual(str(resolved(path))), "columns"]
        return str(found.iloc[0]) if len(found) else ""

    def named_columns(self) -> dict[str, str]:
        """What was named of the columns of files, by target id, where something was."""
        table = self._database.frame("SELECT target_id, columns FROM targets WHERE columns <> ''")
        return dict(zip(table["target_id"], table["columns"], strict=True))

    def _columns_of(self, target_id: str) -> str:
        found = self._database.rows("SELECT columns FROM targets WHERE target_id = ?", (target_id,))
        return str(found[0][0]) if found else ""

    def _located(self, query: str, parameters: tuple[object, ...] = ()) -> pd.DataFrame:
        """A table whose paths are where they are now; without its column root."""
        table = self._database.frame(query, parameters)
        table["path"] = self._roots.places().column(table)
        return table.drop(columns="root")

    def move(self, files: Mapping[str, Path]) -> None:
        """Have targets read from other files that hold the same light curves; what was computed from them stays.

        Parameters
        ----------
        files : mapping of str to Path
            Target id to the file, which lies in the workspace.
        """
        split = self._roots.places().split
        about = {path: (*split(str(path)), *stamp_of(path), digest_of(path)) for path in set(files.values())}
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE targets SET root = ?, path = ?, bytes = ?, modified_ns = ?, digest = ?, columns = '' "
                "WHERE target_id = ?",
                [(*about[path], target_id) for target_id, path in files.items()],
            )

    def touch(self, stamps: dict[str, tuple[int, int]]) -> None:
        """Note when files were last changed whose content is what it was."""
        if not stamps:
            return
        split = self._roots.places().split
        rows = [(stamp[1], *split(path)) for path, stamp in stamps.items()]
        with self._database.transaction() as connection:
            connection.executemany("UPDATE targets SET modified_ns = ? WHERE root = ? AND path = ?", rows)

    def _forget(self, connection: sqlite3.Connection, paths: Iterable[str]) -> None:
        """Take files off the list of those that could not be read, by whatever root they were listed."""
        places, gone = Places.read(connection, self._roots.home), set(paths)
        kept = connection.execute("SELECT root, path FROM unreadable").fetchall()
        connection.executemany(
            "DELETE FROM unreadable WHERE root = ? AND path = ?", [at for at in kept if places.absolute(*at) in gone]
        )

    def _registered(self, plain_ids: set[str]) -> list[Registered]:
        """What is registered under these ids, with whatever part."""
        names = [*FACTS, "target_id", "path", "root", "columns", "digest", *STAMP, *SUMMARY]
        table = self._located(f"SELECT {', '.join(names)} FROM targets")
        plain = table["target_id"].where(table["part"] == "", table["target_id"].str.rsplit("-", n=1).str[0])
        return [_read(row) for row in table[plain.isin(plain_ids)].to_dict("records")]

    def _write(
        self, connection: sqlite3.Connection, rows: Sequence[Registered], placed: dict[str, tuple[str, str]]
    ) -> None:
        names = ["target_id", *FACTS, "root", "path", "columns", "digest", *STAMP, *SUMMARY, "registered"]
        marks = ", ".join("?" for _ in names)
        values = []
        for row in rows:
            if row.summary is not None:
                place = placed[row.path]
                content = [
                    *_facts(row.summary),
                    *place,
                    row.columns,
                    row.digest,
                    *row.stamp,
                    *_extent(row.summary),
                ]
                values.append([row.target_id, *content, _registered_at(connection, row, place)])
        connection.executemany(f"INSERT OR REPLACE INTO targets ({', '.join(names)}) VALUES ({marks})", values)


STAMP = ("bytes", "modified_ns")
SUMMARY = ("begin_btjd", "end_btjd", "samples")


class KnownFile(NamedTuple):
    """How a file was when it was read: its stamp, the columns that were named for it, and its digest if it is known."""

    stamp: tuple[int, int]
    columns: str
    digest: str

    def is_same(self, path: str, stamp: tuple[int, int]) -> bool:
        """Whether a file is what it was: it was not written since, or a copy took its place.

        Parameters
        ----------
        path : str
            Where it is now.
        stamp : tuple of int
            Size [bytes] and time of the last change [ns].
        """
        return stamp == self.stamp or _same_content(self, path, stamp)


def _same_content(known: KnownFile, path: str, stamp: tuple[int, int]) -> bool:
    if not known.digest or stamp[0] != known.stamp[0]:
        return False
    try:
        return digest_of(path) == known.digest
    except (OSError, UnreadableLightCurve):
        return False


def _unchanged(before: KnownFile | None, row: Registered) -> bool:
    return before is not None and before.columns == row.columns and before.stamp == row.stamp


def _registered_at(connection: sqlite3.Connection, row: Registered, place: tuple[str, str]) -> float:
    """Since when the light curve of a target is what it is [Unix s]: a file that was moved or copied is the same.

    It is the same when its content is (`digest_of`). Of what an older version registered no digest was kept: it is the
    same when it is as long, and begins, ends and counts as before.
    """
    before = connection.execute(
        f"SELECT root, path, columns, digest, {', '.join((*STAMP, *SUMMARY))}, registered FROM targets "
        "WHERE target_id = ?",
        (row.target_id,),
    ).fetchone()
    if before is None or row.summary is None:
        return time.time()
    *old_place, columns, digest, bytes_, modified, begin, end, samples, since = before
    untouched = (bytes_, modified) == row.stamp and tuple(old_place) == place
    alike = bytes_ == row.stamp[0] and [begin, end, samples] == _extent(row.summary)
    same = columns == row.columns and (untouched or (alike and digest in ("", row.digest)))
    return float(since) if same else time.time()


def _facts(summary: Summary) -> list[object]:
    return [getattr(summary.target, name) for name in FACTS]


def _extent(summary: Summary) -> list[object]:
    return [getattr(summary, name) for name in SUMMARY]


def _read(row: dict[Any, Any]) -> Registered:
    """A row of the table as it was written."""
    stamp = (row["bytes"], row["modified_ns"])
    if pd.isna(row["begin_btjd"]) or row["procver"] is None:
        return Registered(row["target_id"], row["part"], row["path"], row["columns"], stamp, None, row["digest"])
    facts: dict[str, Any] = {name: row[name] for name in FACTS if not pd.isna(row[name])}
    facts |= {name: int(facts[name]) for name in ("data_release", "camera", "ccd") if name in facts}
    summary = Summary(Target(**facts), *(row[name] for name in SUMMARY))
    return Registered(row["target_id"], row["part"], row["path"], row["columns"], stamp, summary, row["digest"])
