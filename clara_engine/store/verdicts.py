"""What people decided about targets: append-only, so that nothing that was said is lost."""

from __future__ import annotations

import time

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.store.database import Database
from clara_engine.store.star_names import star_and_sector
from clara_engine.text import typed

__all__ = ["VerdictLog", "latest_of", "opinions_of"]

COLUMNS = "verdict_id, target_id, label, note, author, created, run_id, period_days, retracts, star, sector, account"


def latest_of(history: pd.DataFrame) -> pd.DataFrame:
    """The last standing verdict of each target, indexed by target id; see `VerdictLog.history`."""
    standing = history[history["standing"]]
    return standing.drop_duplicates("target_id", keep="last").set_index("target_id").sort_index()


def opinions_of(history: pd.DataFrame) -> pd.DataFrame:
    """The last standing verdict of each author on each target, oldest first; see `VerdictLog.history`."""
    standing = history[history["standing"]]
    return standing.drop_duplicates(["target_id", "author"], keep="last").reset_index(drop=True)


class VerdictLog:
    """Verdicts in order. A verdict is never changed: taking one back writes a record that
    retracts it, and so does putting it back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        target_id: str,
        label: str,
        *,
        author: str,
        note: str = "",
        run_id: str | None = None,
        period_days: float | None = None,
        session: str = "",
        token: str | None = None,
        account: str = "",
    ) -> int:
        """Write a verdict; returns its number.

        It belongs to the star of the target, by the key of ephemerides (`Target.name`), and keeps the sector beside.

        Parameters
        ----------
        target_id : str
        label : str
            Such as ``"planet candidate"``.
        author : str
            What the person wants to be called.
        note : str
            May be empty.
        run_id : str, optional
            Run on the screen.
        period_days : float, optional
            The period on the screen when the verdict was given [days].
        session : str
            Where it was given, e.g. the key of a browser's tab, for `undo`.
        token : str, optional
            A name of this verdict that no other has: what comes twice under it is written once.
        account : str
            Who the program that writes knows the person to be, such as the login of a server; a browser never says it.

        Raises
        ------
        WorkspaceError
            Without a label, or when label, author or note hold control characters; a note may have several lines.
        """
        label, author = typed(label, "the label of a verdict"), typed(author, "the author of a verdict")
        note = typed(note, "a note", lines=True)
        return self._insert(
            target_id, label, note, author, run_id, period_days, None, session, token, typed(account, "an account")
        )

    def undo(self, *, author: str, session: str | None = None, account: str = "") -> int | None:
        """Retract the last standing verdict of `author`; returns its number, None when there is none.

        With a `session`, the last one that was given there, under whatever name.

        Parameters
        ----------
        author : str
            Who retracts it.
        session : str, optional
            Where it was given; see `add`.
        account : str
            See `add`.
        """
        given, _ = self._stacks(author, session)
        if not given:
            return None
        self._take_back(given[-1], author, given[-1], session, account)
        return given[-1]

    def redo(self, *, author: str, session: str | None = None, account: str = "") -> int | None:
        """Let the verdict stand again that `author` (or that `session`) took back last; returns its number.

        None when nothing was taken back since the last new verdict.

        Parameters
        ----------
        author : str
        session : str, optional
            Where it was retracted; see `add`.
        account : str
            See `add`.
        """
        _, taken_back = self._stacks(author, session)
        if not taken_back:
            return None
        number, retraction = taken_back[-1]
        self._take_back(number, author, retraction, session, account)
        return number

    def last(self) -> int:
        """Number of the last record, 0 when there is none: it grows with every verdict, undo and redo."""
        return int(self._database.frame("SELECT coalesce(max(verdict_id), 0) AS last FROM verdicts")["last"][0])

    def history(self, target_id: str | None = None) -> pd.DataFrame:
        """Every record, oldest first; ``standing`` is True for verdicts that nobody has taken back.

        A record with ``retracts`` takes back the record of that number: a verdict, or a retraction, whose verdict then
        stands again.
        """
        where, parameters = ("WHERE target_id = ?", (target_id,)) if target_id else ("", ())
        table = self._database.frame(f"SELECT {COLUMNS} FROM verdicts {where} ORDER BY verdict_id", parameters)
        # Newest first, so that a retraction is handled before the record that it withdraws.
        void: set[int] = set()
        retractions = table[table["retracts"].notna()].iloc[::-1]
        for number, retracts in zip(retractions["verdict_id"], retractions["retracts"], strict=True):
            if number not in void:
                void.add(int(retracts))
        table["standing"] = table["retracts"].isna() & ~table["verdict_id"].isin(void)
        return table

    def latest(self) -> pd.DataFrame:
        """The last standing verdict of each target, indexed by target id."""
        return latest_of(self.history())

    def opinions(self, target_id: str | None = None) -> pd.DataFrame:
        """The last standing verdict of each author on each target, oldest first."""
        return opinions_of(self.history(target_id))

    def target_of(self, number: int) -> str:
        """The target of a record."""
        return str(self._database.frame("SELECT target_id FROM verdicts WHERE verdict_id = ?", (number,)).iloc[0, 0])

    def _stacks(self, author: str, session: str | None) -> tuple[list[int], list[tuple[int, int]]]:
        """Verdicts of an author or session that stand, and those taken back since the last new one, each retracted."""
        who = "author" if session is None else "session"
        records = self._database.frame(
            f"SELECT verdict_id, retracts FROM verdicts WHERE {who} = ? ORDER BY verdict_id",
            (author if session is None else session,),
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

    def _take_back(self, verdict: int, author: str, retracts: int, session: str | None, account: str) -> None:
        row = self._database.frame("SELECT * FROM verdicts WHERE verdict_id = ?", (verdict,)).iloc[0]
        self._insert(
            row["target_id"], row["label"], "", author, row["run_id"], None, retracts, session or "", None, account
        )

    def _insert(
        self,
        target_id: str,
        label: str,
        note: str,
        author: str,
        run_id: str | None,
        period_days: float | None,
        retracts: int | None,
        session: str,
        token: str | None,
        account: str,
    ) -> int:
        if not label:
            raise WorkspaceError("a verdict needs a label")
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO verdicts "
                "(target_id, label, note, author, created, run_id, period_days, retracts, session, token, account, "
                "star, sector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (token) DO NOTHING",
                (
                    target_id,
                    label,
                    note,
                    author,
                    time.time(),
                    run_id,
                    period_days,
                    retracts,
                    session,
                    token,
                    account,
                    *star_and_sector(connection, target_id),
                ),
            )
            if cursor.rowcount:
                return int(cursor.lastrowid or 0)
            return int(connection.execute("SELECT verdict_id FROM verdicts WHERE token = ?", (token,)).fetchone()[0])
