"""Who changed what people share: names of runs and clusters, the labels of verdicts, the list of runs."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

import pandas as pd

from clara_engine.store.database import Database
from clara_engine.text import typed

__all__ = ["Change", "ChangeLog"]


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is about to be written.

    Attributes
    ----------
    what : str
        Such as ``"run renamed"``.
    thing : str
        Id of what is changed; empty where there is only one.
    name : str
        What it is called now.
    author : str
        Who changes it, as in `VerdictLog.add`.
    """

    what: str
    thing: str
    name: str
    author: str

    def keep(self, connection: sqlite3.Connection) -> None:
        """Write it, in the transaction of the change itself."""
        connection.execute(
            "INSERT INTO changes (what, thing, name, author, created) VALUES (?, ?, ?, ?, ?)",
            (self.what, self.thing, self.name, typed(self.author, "an author") or "unknown", time.time()),
        )


class ChangeLog:
    """The changes of a workspace, oldest first; nothing takes one out again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def frame(self) -> pd.DataFrame:
        """Every change: columns what, thing, name, author, created (Unix time, s)."""
        return self._database.frame("SELECT what, thing, name, author, created FROM changes ORDER BY change_id")
