"""Every row of a workspace twice: in its table, and in an index of all its columns, which SQLite compares.

SQLite has no checksums of its own: a flipped bit in a cell is another number. An index of all columns of a table is a
second copy, kept in the same transaction by whatever program writes, and ``PRAGMA integrity_check`` says where the two
differ.
"""

from __future__ import annotations

import sqlite3
from functools import cache

from clara_engine.store.schema import FIRST_SCHEMA, MIGRATIONS
from clara_engine.store.versions import triggers

__all__ = ["differences", "keep_second_copies", "make_tables"]

#: Lines that SQLite gives at most.
MOST = 5
#: Columns of each table, columns of each index, and triggers.
SHAPE = """
SELECT m.name, p.name || ' ' || p.type || ' ' || p."notnull" || ' ' || p.pk || ' ' || ifnull(p.dflt_value, '')
FROM sqlite_master AS m, pragma_table_info(m.name) AS p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
UNION ALL SELECT m.name, p.seqno || ' ' || p.name FROM sqlite_master AS m, pragma_index_info(m.name) AS p
WHERE m.type = 'index' UNION ALL SELECT name, sql FROM sqlite_master WHERE type = 'trigger'
"""


def make_tables(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables from a version to that of this program.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction.
    version : int
        0 where there are none yet.
    """
    for script in (FIRST_SCHEMA, *MIGRATIONS)[version:]:
        for statement in script.split(";"):
            connection.execute(statement)


def keep_second_copies(connection: sqlite3.Connection) -> None:
    """Make the triggers and the indices of all columns anew, after a migration.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction.
    """
    for statement in triggers():
        connection.execute(statement)
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in connection.execute(tables).fetchall():
        columns = [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        connection.execute(f"DROP INDEX IF EXISTS whole_{table}")
        connection.execute(f"CREATE INDEX whole_{table} ON {table} ({', '.join(columns)})")


def differences(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with a database: structure, rows that are not their second copies, tables that are not CLARA's.

    Parameters
    ----------
    connection : sqlite3.Connection

    Returns
    -------
    list of str
        Empty where nothing is.
    """
    found = [line for (line,) in connection.execute(f"PRAGMA integrity_check({MOST})") if line != "ok"]
    if not found:
        there = set(connection.execute(SHAPE))
        found = [f"{name} is not as CLARA makes it" for name, _ in sorted(_shape() - there)][:MOST]
    return found


@cache
def _shape() -> frozenset[tuple[str, str]]:
    """Tables, indices and triggers of this version."""
    new = sqlite3.connect(":memory:")
    try:
        make_tables(new, 0)
        keep_second_copies(new)
        return frozenset(new.execute(SHAPE))
    finally:
        new.close()
