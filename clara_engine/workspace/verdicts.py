"""What people decided about targets: append-only, so that nothing that was said is lost."""

from __future__ import annotations

import time

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.workspace.database import Database

__all__ = ["VerdictLog"]


class VerdictLog:
    """Verdicts in order. A verdict is never changed: taking one back writes a record that
    retracts it, and so does putting it back."""

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
        given, _ = self._stacks(author)
        if not given:
            return None
        self._take_back(given[-1], author, given[-1])
        return given[-1]

    def redo(self, *, author: str) -> int | None:
        """Let the verdict stand again that `author` took back last; returns its number.

        None when nothing was taken back since the author's last new verdict.
        """
        _, taken_back = self._stacks(author)
        if not taken_back:
            return None
        number, retraction = taken_back[-1]
        self._take_back(number, author, retraction)
        return number

    def history(self, target_id: str | None = None) -> pd.DataFrame:
        """Every record, oldest first; ``standing`` is True for verdicts that nobody has taken back.

        A record with ``retracts`` takes back the record of that number: a verdict, or a retraction, whose verdict then
        stands again.
        """
        where, parameters = ("WHERE target_id = ?", (target_id,)) if target_id else ("", ())
        table = self._database.frame(f"SELECT * FROM verdicts {where} ORDER BY verdict_id", parameters)
        # Newest first: what takes a record back has been judged before the record itself.
        void: set[int] = set()
        for number, retracts in zip(table["verdict_id"][::-1], table["retracts"][::-1], strict=True):
            if pd.notna(retracts) and number not in void:
                void.add(int(retracts))
        table["standing"] = table["retracts"].isna() & ~table["verdict_id"].isin(void)
        return table

    def latest(self) -> pd.DataFrame:
        """The last standing verdict of each target, indexed by target id."""
        table = self.history()
        return table[table["standing"]].drop_duplicates("target_id", keep="last").set_index("target_id").sort_index()

    def opinions(self, target_id: str | None = None) -> pd.DataFrame:
        """The last standing verdict of each author on each target, oldest first."""
        table = self.history(target_id)
        return table[table["standing"]].drop_duplicates(["target_id", "author"], keep="last").reset_index(drop=True)

    def target_of(self, number: int) -> str:
        """The target of a record."""
        return str(self._database.frame("SELECT target_id FROM verdicts WHERE verdict_id = ?", (number,)).iloc[0, 0])

    def _stacks(self, author: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Verdicts of an author that stand, and those taken back since the last new one, each with its retraction."""
        records = self._database.frame(
            "SELECT verdict_id, retracts FROM verdicts WHERE author = ? ORDER BY verdict_id", (author,)
        )
        given: list[int] = []
        taken_back: list[tuple[int, int]] = []
        retracted: dict[int, int] = {}  # retraction to the verdict that it takes back
        for number, retracts in zip(records["verdict_id"].tolist(), records["retracts"], strict=True):
            if pd.isna(retracts):
                given.append(number)
                taken_back.clear()
            elif (verdict := retracted.get(int(retracts))) is not None:
                given.append(verdict)
                taken_back = [pair for pair in taken_back if pair[0] != verdict]
            else:
                verdict = retracted[number] = int(retracts)
                given = [one for one in given if one != verdict]
                taken_back.append((verdict, number))
        return given, taken_back

    def _take_back(self, verdict: int, author: str, retracts: int) -> None:
        row = self._database.frame("SELECT * FROM verdicts WHERE verdict_id = ?", (verdict,)).iloc[0]
        self._insert(row["target_id"], row["label"], "", author, row["run_id"], None, retracts)

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
