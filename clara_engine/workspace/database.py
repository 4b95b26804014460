"""The SQLite file of a workspace: its tables, its version, and how to talk to it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd

from clara_engine.errors import WorkspaceError

__all__ = ["SCHEMA_VERSION", "Database"]

FIRST_SCHEMA = """
CREATE TABLE targets (
    target_id TEXT PRIMARY KEY, tic INTEGER NOT NULL, sector INTEGER NOT NULL, cadence_s REAL, product TEXT NOT NULL,
    tmag REAL, teff REAL, radius REAL, logg REAL, ra REAL, dec REAL, pmra REAL, pmdec REAL,
    simulated INTEGER NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL, modified_ns INTEGER NOT NULL
);
CREATE INDEX targets_tic ON targets (tic);
CREATE TABLE unreadable (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
CREATE TABLE labels (
    target_id TEXT NOT NULL, family TEXT NOT NULL, value TEXT NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (target_id, family, value)
);
CREATE TABLE parameters (
    target_id TEXT NOT NULL, name TEXT NOT NULL, value REAL, source TEXT NOT NULL, PRIMARY KEY (target_id, name)
);
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, name TEXT NOT NULL, created REAL NOT NULL, record TEXT NOT NULL
);
CREATE TABLE verdicts (
    verdict_id INTEGER PRIMARY KEY AUTOINCREMENT, target_id TEXT NOT NULL, label TEXT NOT NULL, note TEXT NOT NULL,
    author TEXT NOT NULL, created REAL NOT NULL, run_id TEXT, period_days REAL,
    retracts INTEGER REFERENCES verdicts (verdict_id)
);
CREATE INDEX verdicts_target ON verdicts (target_id);
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL,
    created REAL NOT NULL, started REAL, finished REAL, message TEXT NOT NULL, log TEXT NOT NULL
);
"""

#: What each later version added, from version 2 on. A workspace that is opened gets what it lacks.
MIGRATIONS = (
    """
CREATE TABLE ephemerides (
    ephemeris_id INTEGER PRIMARY KEY AUTOINCREMENT, star TEXT NOT NULL, target_id TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, period_days REAL, epoch_btjd REAL NOT NULL, duration_days REAL, source TEXT NOT NULL,
    note TEXT NOT NULL, author TEXT NOT NULL, created REAL NOT NULL,
    retracts INTEGER REFERENCES ephemerides (ephemeris_id)
);
CREATE INDEX ephemerides_star ON ephemerides (star);
""",
    """
ALTER TABLE targets ADD COLUMN catalogue TEXT NOT NULL DEFAULT 'TIC';
UPDATE targets SET catalogue = CASE product WHEN 'K2' THEN 'EPIC' ELSE 'KIC' END WHERE product IN ('Kepler', 'K2');
UPDATE targets SET target_id = catalogue || target_id WHERE catalogue <> 'TIC';
"""
    + "".join(
        f"UPDATE {table} SET target_id = CASE WHEN target_id LIKE '%-K2-%' THEN 'EPIC' ELSE 'KIC' END || target_id "
        "WHERE target_id LIKE '%-Kepler-%' OR target_id LIKE '%-K2-%';"
        for table in ("labels", "parameters", "verdicts", "ephemerides")
    )
    + """
CREATE TABLE failures (
    kind TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL, again TEXT NOT NULL, created REAL NOT NULL,
    PRIMARY KEY (kind, name)
);
""",
    """
CREATE TABLE selections (
    name TEXT PRIMARY KEY, target_ids TEXT NOT NULL, author TEXT NOT NULL, created REAL NOT NULL
);
""",
    """
CREATE TABLE passing_selections (selection_id TEXT PRIMARY KEY, target_ids TEXT NOT NULL, created REAL NOT NULL);
""",
    # Without a procver, not even an empty one, the headers of a light curve have not been asked for these.
    """
ALTER TABLE targets ADD COLUMN procver TEXT;
ALTER TABLE targets ADD COLUMN data_release INTEGER;
ALTER TABLE targets ADD COLUMN crowdsap REAL;
ALTER TABLE targets ADD COLUMN camera INTEGER;
ALTER TABLE targets ADD COLUMN ccd INTEGER;
""",
    """
ALTER TABLE verdicts ADD COLUMN session TEXT NOT NULL DEFAULT '';
ALTER TABLE verdicts ADD COLUMN token TEXT;
CREATE UNIQUE INDEX verdicts_token ON verdicts (token);
""",
)
SCHEMA_VERSION = 1 + len(MIGRATIONS)
PATIENCE_S = 30.0
DISK_TROUBLE = ("full", "locked", "readonly", "disk I/O")


class Database:
    """One SQLite file in WAL mode, safe under several threads and processes.

    A file of an older version is brought up to this one when it is opened; nothing in it is changed but what is added.
    Every operation opens its own connection, so nothing is shared that a thread or a forked process could break.

    Raises
    ------
    WorkspaceError
        When the file is no workspace, or one of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._write_ahead()
            with self.transaction() as connection:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
                if version > SCHEMA_VERSION or (version == 0 and tables):
                    raise WorkspaceError(
                        f"{path.parent} was written with workspace version {version}, this program reads version "
                        f"{SCHEMA_VERSION}: update CLARA, or choose another folder with --workspace"
                    )
                for script in (FIRST_SCHEMA, *MIGRATIONS)[version:]:
                    for statement in script.split(";"):
                        connection.execute(statement)
                if version < SCHEMA_VERSION:
                    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except sqlite3.DatabaseError as error:
            raise WorkspaceError(f"{path} can't be opened as a workspace: {error}") from None

    def _write_ahead(self) -> None:
        """Set the file to WAL mode, where it stays. SQLite does not wait by itself while another process does so."""
        with closing(sqlite3.connect(self.path, timeout=PATIENCE_S)) as connection:
            end = time.monotonic() + PATIENCE_S
            while True:
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > end:
                        raise
                    time.sleep(0.02)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose writes all happen, or none of them."""
        connection = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and any(word in str(error) for word in DISK_TROUBLE):
                raise WorkspaceError(
                    f"{self.path.parent} can't be written ({error}); nothing that was stored is lost: make room on its "
                    "disk, or see what else uses it, then try again"
                ) from None
            raise
        finally:
            connection.close()

    def frame(self, query: str, parameters: tuple[object, ...] = ()) -> pd.DataFrame:
        """The answer of a query as a table."""
        connection = sqlite3.connect(self.path, timeout=PATIENCE_S)
        try:
            return pd.read_sql_query(query, connection, params=parameters)
        finally:
            connection.close()
