"""All verdicts in memory, for all sessions of a server: showing them never waits for the disk."""

from __future__ import annotations

import pandas as pd

from clara_engine.store.verdicts import VerdictLog, latest_of, opinions_of

__all__ = ["VerdictCache"]


class VerdictCache:
    """The content of `VerdictLog` in memory; `CachedWorkspace.read` reads it again when it has changed."""

    def __init__(self, log: VerdictLog) -> None:
        self._log = log
        self._history = self._latest = self._opinions = pd.DataFrame()

    def read(self) -> None:
        """Read all verdicts; this may wait for the disk."""
        history = self._log.history()
        self._latest, self._opinions = latest_of(history), opinions_of(history)
        self._history = history

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
        """The target of a record; an empty string when there is no such record."""
        found = self._history.loc[self._history["verdict_id"] == number, "target_id"]
        return str(found.iloc[0]) if len(found) else ""


def _of(table: pd.DataFrame, target_id: str | None) -> pd.DataFrame:
    return table if target_id is None else table[table["target_id"] == target_id]
