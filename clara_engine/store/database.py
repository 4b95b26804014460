"""The SQLite file of a workspace: its tables, its version, and access to it."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from clara_engine.errors import DamagedFile, WorkspaceError, WorkspaceUnavailable, one_line
from clara_engine.store.row_meanings import wrong_rows
from clara_engine.store.schema import SCHEMA_VERSION
from clara_engine.store.second_copy import differences, keep_second_copies, make_tables
from clara_engine.store.upgrade import back_up, complete, copy_database, holds_anything
from clara_engine.ways_out import way_out

__all__ = ["DATABASE_FILE", "PATIENCE_S", "SCHEMA_VERSION", "Database"]

DATABASE_FILE = "clara.sqlite"

T = TypeVar("T")

PATIENCE_S = 30.0
#: Advice for each kind of error, by SQLite's primary result code.
MENDS = {
    sqlite3.SQLITE_BUSY: "another program is writing to it: try again in a moment",
    sqlite3.SQLITE_LOCKED: "another program is writing to it: try again in a moment",
    sqlite3.SQLITE_FULL: "make room on its disk, then try again",
    sqlite3.SQLITE_IOERR: "see whether its disk is full, or has gone, then try again",
    sqlite3.SQLITE_READONLY: "its disk or folder may not be written: mend that, then try again",
    sqlite3.SQLITE_PERM: "its disk or folder may not be written: mend that, then try again",
    sqlite3.SQLITE_CANTOPEN: "see whether its disk is full, and whether its folder may be written, then try again",
    sqlite3.SQLITE_PROTOCOL: "another program is using it: try again in a moment",
    sqlite3.SQLITE_NOMEM: "the machine is short of memory",
}
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
#: What reading a damaged file comes to: its text, also that of its tables in a message, may be no text.
TROUBLE = (sqlite3.Error, UnicodeDecodeError, OverflowError)
#: A file up to this size [bytes] is compared with its second copies at each opening: 70,000 light curves.
COMPARED_BYTES = 1 << 25
#: What comes of a disk on which the files can't be made that reading usually puts beside the database.
NOTHING_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)


class Database:
    """One SQLite file in WAL mode, safe under several threads and processes.

    A file of an older version is brought up to this one when it is opened, after a copy of it has been put beside it;
    see `clara_engine.store.upgrade`. Every operation opens its own connection, so nothing is shared that a thread
    or a forked process could break.

    Reading never waits for a writer, and opening a file that is up to date only reads. Writing waits while another
    thread or process writes, for `patience` seconds at most: then it raises, with nothing written. How it is meant:

    - commands and jobs can wait: the usual 30 s;
    - what a click asks can't: whoever answers people opens the workspace with a second or less
      (``Workspace.open(folder, patience=1)``), and says what the error says;
    - a job in that same program waits long again in its own thread: ``with workspace.waiting(PATIENCE_S):``, which
      ``JobQueue(within=workspace.waiting)`` does for every job.

    Parameters
    ----------
    path : Path
    patience : float
        How long to wait for a lock [s], in every thread that is not inside `waiting`.
    create : bool
        Whether to make the file when it is not there. Nothing but this makes one.

    Attributes
    ----------
    upgraded : str
        What a person should know when an older file was brought up to date at this opening, in one line; else nothing.

    Raises
    ------
    WorkspaceError
        When the file is no workspace, or one of a newer version. Here and in every operation `WorkspaceUnavailable`
        when the disk is full, gone or read-only, or another program holds the file: one line says what, and it is
        worth trying again.
    """

    def __init__(self, path: Path, patience: float = PATIENCE_S, *, create: bool = True) -> None:
        self.path = path.absolute()
        self.usual_patience = patience
        self._thread = threading.local()
        self.upgraded = ""
        try:
            version = self._version() if os.path.exists(path) else 0
            if version == 0 and not create:
                raise WorkspaceError(
                    f"{path.parent} is no workspace yet: `clara ingest FOLDER` or `clara demo` makes one"
                )
            if version < SCHEMA_VERSION:
                self._write_ahead()
                self._bring_up_to_date()
            elif os.path.getsize(self.path) <= COMPARED_BYTES and (found := self.differences()):
                raise self._damaged(found[0])
        except TROUBLE as error:
            raise self._told(error, "opened") from None

    @property
    def patience(self) -> float:
        """How long this thread waits for a lock [s]."""
        return float(getattr(self._thread, "patience", self.usual_patience))

    @contextmanager
    def waiting(self, seconds: float = PATIENCE_S) -> Iterator[None]:
        """Within it, this thread waits `seconds` for a lock."""
        before = self.patience
        self._thread.patience = seconds
        try:
            yield
        finally:
            self._thread.patience = before

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose writes all happen, or none of them.

        Raises
        ------
        WorkspaceError
            When a newer program has brought the file to its own version since it was opened here.
        """
        try:
            with closing(self._connect()) as connection:
                try:
                    connection.execute("PRAGMA synchronous = NORMAL")
                    connection.execute("BEGIN IMMEDIATE")
                    self._check(connection.execute("PRAGMA user_version").fetchone()[0])
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        with suppress(sqlite3.Error):  # the first error is the one to report
                            connection.execute("ROLLBACK")
                    raise
        except TROUBLE as error:
            raise self._told(error, "written") from None

    def frame(self, query: str, parameters: tuple[object, ...] = ()) -> pd.DataFrame:
        """The answer of a query as a table.

        Parameters
        ----------
        query : str
            SQL with ``?`` for each parameter.
        parameters : tuple of object
        """
        return self._answer(partial(_table, query=query, parameters=parameters))

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[Any]:
        """The answer of a query as tuples, which takes a tenth of the time that `frame` takes.

        Parameters
        ----------
        query : str
            SQL with ``?`` for each parameter.
        parameters : tuple of object
        """
        return self._answer(lambda connection: connection.execute(query, parameters).fetchall())

    def differences(self) -> list[str]:
        """What is wrong with the file, see `clara_engine.store.second_copy`; this reads all of it."""
        return self._answer(differences)

    def faults(self) -> list[str]:
        """`differences`, and rows that can't be what other code takes them for."""
        return self.differences() or self._answer(wrong_rows)

    @contextmanager
    def row(self, table: str, name: str) -> Iterator[None]:
        """Say in one line which row of a table does not hold what it should.

        Parameters
        ----------
        table, name : str
        """
        try:
            yield
        except DamagedFile:
            raise
        except Exception as error:  # whatever a wrong value makes what reads it come to
            raise self._damaged(f"{name} in its table {table}: {one_line(error)}") from None

    def copy_to(self, place: Path) -> None:
        """Copy all that is committed into a file of its own, while others write.

        Parameters
        ----------
        place : Path

        Raises
        ------
        WorkspaceError
            When the database is damaged, or the copy can't be written.
        """
        try:
            copy_database(self._connect, place)
        except TROUBLE as error:
            raise self._told(error, "copied") from None

    def _connect(self, how: str = "mode=rw") -> sqlite3.Connection:
        """Never makes the file."""
        return sqlite3.connect(f"{self.path.as_uri()}?{how}", uri=True, timeout=self.patience, isolation_level=None)

    def _answer(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with closing(self._connect()) as connection:
                return ask(connection)
        except TROUBLE as error:
            trouble = error
        if _code(trouble) in NOTHING_BESIDE and self._is_whole():
            with suppress(*TROUBLE), closing(self._connect("mode=ro&immutable=1")) as connection:
                return ask(connection)
        raise self._told(trouble, "read") from None

    def _is_whole(self) -> bool:
        """Whether all is in the one file, and nothing waits in the log beside it."""
        log = f"{self.path}-wal"
        try:
            return os.path.exists(self.path) and not (os.path.exists(log) and os.path.getsize(log))
        except OSError:
            return False

    def _told(self, error: Exception, doing: str) -> Exception:
        """What a person can act on; the error itself where it is a bug."""
        folder = self.path.parent
        if not os.path.exists(self.path):
            return WorkspaceUnavailable(
                f"{folder} is not there any more: was it moved or deleted, or its disk unmounted?"
            )
        code = _code(error)
        if code in MENDS:
            return WorkspaceUnavailable(
                f"{folder} can't be {doing} ({error}); nothing that was stored is lost: {MENDS[code]}"
            )
        if "no such table" in str(error):
            return WorkspaceUnavailable(f"{folder} is no workspace any more: its file {self.path.name} was emptied")
        if code in DAMAGED or self._is_damaged():
            return self._damaged(str(error))
        return error

    def _is_damaged(self) -> bool:
        try:
            with closing(self._connect()) as connection:
                return bool(differences(connection))
        except TROUBLE:
            return True

    def _damaged(self, what: str) -> DamagedFile:
        return DamagedFile(self.path, " ".join(what.split()), way_out(self.path))

    def _version(self) -> int:
        """Version of the file that is there, without a lock."""
        ((version, tables),) = self.rows(
            "SELECT (SELECT user_version FROM pragma_user_version), count(*) FROM sqlite_master"
        )
        self._check(version, is_empty=not tables)
        return version

    def _check(self, version: int, *, is_empty: bool = True) -> None:
        """Refuse a version that is newer, and tables that have none."""
        if version > SCHEMA_VERSION or (version == 0 and not is_empty):
            raise WorkspaceError(
                f"{self.path.parent} was written with workspace version {version}, this program reads version "
                f"{SCHEMA_VERSION}: update CLARA, or choose another folder with --workspace"
            )

    def _bring_up_to_date(self) -> None:
        with self.transaction() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if 0 < version < SCHEMA_VERSION and holds_anything(connection):
                kept = back_up(self.path, self._connect, SCHEMA_VERSION)
                self.upgraded = (
                    f"{self.path.parent} was made by an older CLARA (version {version}) and is now of version "
                    f"{SCHEMA_VERSION}; its database as it was is kept as {kept.name}"
                )
            make_tables(connection, version)
            if version < SCHEMA_VERSION:
                complete(connection, self.path.parent)
                keep_second_copies(connection)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _write_ahead(self) -> None:
        """Set the file to WAL mode, where it stays. SQLite does not wait by itself while another process does so."""
        with closing(self._connect("mode=rwc")) as connection:
            end = time.monotonic() + self.patience
            while True:
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > end:
                        raise
                    time.sleep(0.02)


def _table(connection: sqlite3.Connection, query: str, parameters: tuple[object, ...]) -> pd.DataFrame:
    try:
        return pd.read_sql_query(query, connection, params=parameters)
    except pd.errors.DatabaseError as error:
        if isinstance(error.__cause__, sqlite3.Error):
            raise error.__cause__ from None
        raise


def _code(error: Exception) -> int:
    """SQLite's primary result code."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
