"""Ephemerides that people saved: several a star, append-only, with author and time."""

from __future__ import annotations

import math
import time

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.lightcurve import Target
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.store.database import Database
from clara_engine.text import NOTE, typed

__all__ = ["EphemerisBook"]


class EphemerisBook:
    """Ephemerides in order. One is never changed: an edit adds another of the same name, a removal retracts it.

    They belong to the star, so that every sector and product of it shows them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        target: Target,
        ephemeris: Ephemeris,
        *,
        author: str,
        name: str = "",
        kind: str = "",
        source: str = "",
        note: str = "",
    ) -> int:
        """Write an ephemeris; returns its number.

        Parameters
        ----------
        target : Target
            What was on the screen.
        ephemeris : Ephemeris
        author : str
            Who saves it.
        name : str
            By default the first of ``"1"``, ``"2"`` … that the star has not; a name that it has is replaced.
        kind, source, note : str
            For people, e.g. ``"dips"`` and ``"BLS"``.
        """
        taken = set(self.of(target)["name"])
        free = next(str(i) for i in range(1, len(taken) + 2) if str(i) not in taken)
        return self._insert(
            target.name,
            target.id,
            typed(name, "the name of an ephemeris") or free,
            kind,
            ephemeris,
            source,
            typed(note, "a note", longest=NOTE),
            typed(author, "an author"),
            None,
        )

    def remove(self, number: int, *, author: str) -> None:
        """Retract an ephemeris; its record stays.

        Parameters
        ----------
        number : int
            From `save`.
        author : str
            Who retracts it.

        Raises
        ------
        WorkspaceError
            There is none of that number, or it no longer stands.
        """
        standing = self.standing()
        if number not in standing.index:
            raise WorkspaceError(f"no ephemeris number {number} stands in this workspace")
        row = standing.loc[number]
        ephemeris = self.ephemeris(row)
        self._insert(row["star"], row["target_id"], row["name"], row["kind"], ephemeris, "", "", author, int(number))

    def of(self, target: Target) -> pd.DataFrame:
        """The ephemerides of a star that stand, oldest first, indexed by number."""
        return self._standing(
            self._database.frame("SELECT * FROM ephemerides WHERE star = ? ORDER BY ephemeris_id", (target.name,))
        )

    def standing(self) -> pd.DataFrame:
        """What stands for every star: of each name the last record, unless that was retracted; indexed by number."""
        return self._standing(self._database.frame("SELECT * FROM ephemerides ORDER BY ephemeris_id"))

    def history(self) -> pd.DataFrame:
        """Every record, oldest first; ``standing`` is False for retractions and for what they retract."""
        return _with_standing(self._database.frame("SELECT * FROM ephemerides ORDER BY ephemeris_id"))

    @staticmethod
    def _standing(records: pd.DataFrame) -> pd.DataFrame:
        table = _with_standing(records)
        table = table[table["standing"]].drop_duplicates(["star", "name"], keep="last")
        return table.set_index("ephemeris_id").drop(columns=["standing", "retracts"])

    @staticmethod
    def ephemeris(row: pd.Series) -> Ephemeris:
        """The `Ephemeris` of a row of these tables."""
        return Ephemeris(*(float(row[name]) for name in ("period_days", "epoch_btjd", "duration_days")))

    def _insert(
        self,
        star: str,
        target_id: str,
        name: str,
        kind: str,
        ephemeris: Ephemeris,
        source: str,
        note: str,
        author: str,
        retracts: int | None,
    ) -> int:
        numbers = (ephemeris.period_days, ephemeris.epoch_btjd, ephemeris.duration_days)
        known = [None if math.isnan(value) else value for value in numbers]
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO ephemerides (star, target_id, name, kind, period_days, epoch_btjd, duration_days, source, "
                "note, author, created, retracts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (star, target_id, name, kind, *known, source, note, author, time.time(), retracts),
            )
            return int(cursor.lastrowid or 0)


def _with_standing(records: pd.DataFrame) -> pd.DataFrame:
    """Records, oldest first, with whether each still stands."""
    numbers = ["period_days", "epoch_btjd", "duration_days", "retracts"]
    table = records.astype(dict.fromkeys(numbers, float))
    # A retraction also takes back the earlier records that the retracted one had replaced.
    gone: set[int] = set()
    for row in table[table["retracts"].notna()].itertuples():
        same = (table["star"] == row.star) & (table["name"] == row.name) & (table["ephemeris_id"] <= row.retracts)
        gone |= set(table.loc[same, "ephemeris_id"])
    table["standing"] = table["retracts"].isna() & ~table["ephemeris_id"].isin(gone)
    return table
