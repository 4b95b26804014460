"""What rows of a workspace must be for the code that reads them: the type of every column, and what values may say."""

from __future__ import annotations

import sqlite3

from clara_engine.jobs import JobState
from clara_engine.text import counted

__all__ = ["wrong_rows"]

#: Table, what is wrong with a row, and the condition of such rows.
MEANINGS = (
    ("targets", "lies in a root that is not listed", "root <> '' AND root NOT IN (SELECT name FROM roots)"),
    ("targets", "ends before it begins", "begin_btjd > end_btjd"),
    ("targets", "has an impossible cadence or size", "cadence_s <= 0 OR bytes < 0 OR samples < 0"),
    ("targets", "is neither simulated nor observed", "simulated NOT IN (0, 1)"),
    ("verdicts", "has no label", "label = ''"),
    ("verdicts", "takes back what is not there", "retracts NOT IN (SELECT verdict_id FROM verdicts)"),
    ("ephemerides", "takes back what is not there", "retracts NOT IN (SELECT ephemeris_id FROM ephemerides)"),
    ("ephemerides", "has an impossible period or duration", "period_days <= 0 OR duration_days <= 0"),
    ("jobs", "has an unknown state", f"state NOT IN ({', '.join(repr(state.value) for state in JobState)})"),
)
#: What SQLite may hold in a column of each type.
HELD = {"TEXT": "'text'", "REAL": "'real', 'integer'", "INTEGER": "'integer'"}
NULL = {0: ", 'null'", 1: ""}
COLUMNS = """
SELECT m.name, p.name, p.type, p."notnull" FROM sqlite_master AS m, pragma_table_info(m.name) AS p
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
"""


def wrong_rows(connection: sqlite3.Connection) -> list[str]:
    """A line for each kind of wrong rows, with their number.

    Parameters
    ----------
    connection : sqlite3.Connection

    Returns
    -------
    list of str
        Empty where there is none.
    """
    kinds = [
        (table, f"holds no {type_} in {column}", f"typeof({column}) NOT IN ({HELD[type_]}{NULL[full]})")
        for table, column, type_, full in connection.execute(COLUMNS)
        if type_ in HELD
    ]
    found = []
    for table, what, condition in (*kinds, *MEANINGS):
        (number,) = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()
        if number:
            found.append(f"table {table}, {counted(number, 'row')}: each {what}")
    return found
