"""What people decided about targets: append-only, so that nothing that was said is lost."""

from __future__ import annotations

import time

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.workspace.database import Database

__all__ = ["VerdictLog"]


class VerdictLog:
    """Verdicts in order. A verdict is never changed: taking one back writes a record that retracts it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, target_id: str, label: str, *, author: str, note: str = "", run_id: str | None = None,
        period_days: float | None = None,
    ) -> int:  # fmt: skip
        """Write a verdict; returns its number.

        Parameters
        ----------
        period_days : float, optional
            The period on the screen when the verdict was given [days].
        """
        return self._insert(target_id, label, note, author, run_id, period_days, None)

    def undo(self, *, author: str) -> int | None:
        """Retract the last standing verdict of `author`; returns its number, None when there is none."""
        last = self._database.frame(
            "SELECT * FROM verdicts WHERE author = ? AND retracts IS NULL AND verdict_id NOT IN "
            "(SELECT retracts FROM verdicts WHERE retracts IS NOT NULL) ORDER BY verdict_id DESC LIMIT 1",
            (author,),
        )
        if last.empty:
            return None
        row = last.iloc[0]
        number = int(row["verdict_id"])
        self._insert(row["target_id"], row["label"], "", author, row["run_id"], None, number)
        return number

    def history(self, target_id: str | None = None) -> pd.DataFrame:
        """Every record, oldest first; ``standing`` is False for retractions and for what they retract."""
        where, parameters = ("WHERE target_id = ?", (target_id,)) if target_id else ("", ())
        table = self._database.frame(f"SELECT * FROM verdicts {where} ORDER BY verdict_id", parameters)
        retracted = set(table["retracts"].dropna().astype(int))
        table["standing"] = table["retracts"].isna() & ~table["verdict_id"].isin(retracted)
        return table

    def latest(self) -> pd.DataFrame:
        """The last standing verdict of each target, indexed by target id."""
        table = self.history()
        return table[table["standing"]].drop_duplicates("target_id", keep="last").set_index("target_id").sort_index()

    def _insert(
        self, target_id: str, label: str, note: str, author: str, run_id: str | None, period_days: float | None,
        retracts: int | None,
    ) -> int:  # fmt: skip
        if not label.strip():
            raise WorkspaceError("a verdict needs a label")
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO verdicts (target_id, label, note, author, created, run_id, period_days, retracts) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (target_id, label.strip(), note.strip(), author, time.time(), run_id, period_days, retracts),
            )
            return int(cursor.lastrowid or 0)
