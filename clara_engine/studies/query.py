"""SQL queries on the tables of a workspace. They run on a copy in memory, so that nothing can be changed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import WorkspaceError

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["TABLES", "query"]

READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def _scores(workspace: Store) -> pd.DataFrame:
    tables = [run.every_score().assign(run_id=run.id, run=run.name) for run in workspace.runs.list()]
    return pd.concat(tables) if tables else pd.DataFrame(columns=["target_id", "run_id", "run"])


def _runs(workspace: Store) -> pd.DataFrame:
    facts = [
        (run.id, run.name, run.spec.variant, run.spec.feature_set, run.created, run.targets, run.trained, run.group)
        for run in workspace.runs.list()
    ]
    names = ["run_id", "run", "variant", "feature_set", "created", "targets", "trained", "run_group"]
    return pd.DataFrame(facts, columns=names)


#: Name of each table to the function that fills it; only tables named in a query are filled.
TABLES: dict[str, Callable[[Store], pd.DataFrame]] = {
    "targets": lambda workspace: workspace.targets.frame(),
    "parameters": lambda workspace: workspace.labels.parameters().reset_index(names="target_id"),
    "parameter_values": lambda workspace: workspace.labels.every_parameter(),
    "labels": lambda workspace: workspace.labels.frame(),
    "verdicts": lambda workspace: workspace.verdicts.history(),
    "scores": _scores,
    "runs": _runs,
    "clusters": lambda workspace: workspace.clusterings.table(),
    "changes": lambda workspace: workspace.changes.frame(),
}


def query(workspace: Store, sql: str) -> pd.DataFrame:
    """Answer one SELECT over `TABLES`.

    Parameters
    ----------
    workspace : Store
    sql : str
        In the words of SQLite.

    Raises
    ------
    WorkspaceError
        When the question is no single SELECT, or names what is not there.
    """
    asked = set(re.findall(r"\w+", sql.lower()))
    connection = sqlite3.connect(":memory:")
    try:
        for name, fill in TABLES.items():
            if name in asked:
                fill(workspace).to_sql(name, connection, index=False)
        connection.set_authorizer(
            lambda action, *about: sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY
        )
        cursor = connection.execute(sql)
        if cursor.description is None:
            raise WorkspaceError("that is no question: write SELECT … FROM …")
        return pd.DataFrame(cursor.fetchall(), columns=[column[0] for column in cursor.description])
    except (sqlite3.Error, sqlite3.Warning) as error:
        hint = f"; tables: {', '.join(TABLES)}" if "no such table" in str(error) else ""
        reason = "only SELECT is allowed" if "not authorized" in str(error) else str(error)
        raise WorkspaceError(f"the question can't be answered: {reason}{hint}") from None
    finally:
        connection.close()
