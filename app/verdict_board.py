"""The verdicts as they were last read, for all sessions of a server: who looks at them waits for no disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TypeVar

import pandas as pd

from clara_engine.errors import ClaraError
from clara_engine.workspace.verdicts import VerdictLog, latest_of, opinions_of

__all__ = ["VerdictBoard"]

T = TypeVar("T")


class VerdictBoard:
    """What `VerdictLog` holds, in memory.

    Attributes
    ----------
    number : int
        That of the last record that was read; it changes whenever somebody said something, in whatever process.
    """

    def __init__(self, log: VerdictLog) -> None:
        self._log = log
        self._lock = Lock()
        self.number = -1
        self._keep(log.history(), log.last())

    def refresh(self) -> None:
        """Read what has been said since; this may wait for the disk."""
        with self._lock:
            number = self._log.last()
            if number != self.number:
                self._keep(self._log.history(), number)

    def write(self, action: Callable[[VerdictLog], T]) -> T:
        """Do something with the log, and read what came of it; this may wait for the disk."""
        result = action(self._log)
        with suppress(ClaraError):  # it is written all the same; the next look shows it
            self.refresh()
        return result

    def latest(self) -> pd.DataFrame:
        """See `VerdictLog.latest`."""
        return self._latest

    def opinions(self, target_id: str | None = None) -> pd.DataFrame:
        """See `VerdictLog.opinions`."""
        return _of(self._opinions, target_id)

    def history(self, target_id: str) -> pd.DataFrame:
        """Every record of one target; see `VerdictLog.history`."""
        return _of(self._history, target_id)

    def target_of(self, number: int) -> str:
        """The target of a record, empty when it is not known."""
        found = self._history.loc[self._history["verdict_id"] == number, "target_id"]
        return str(found.iloc[0]) if len(found) else ""

    def _keep(self, history: pd.DataFrame, number: int) -> None:
        self._latest, self._opinions = latest_of(history), opinions_of(history)
        self._history = history
        self.number = number


def _of(table: pd.DataFrame, target_id: str | None) -> pd.DataFrame:
    return table if target_id is None else table[table["target_id"] == target_id]
