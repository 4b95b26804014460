"""Failures with their reasons, kept until they succeed: files, features, downloads, catalogues."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from clara_engine.features import FEATURE_SETS
from clara_engine.store.database import Database
from clara_engine.store.feature_rows import FeatureRows
from clara_engine.store.targets import TargetCatalog

__all__ = ["CATALOGUE", "DOWNLOAD", "FEATURES", "FILE", "STAR", "FailureBook"]

#: Kinds of failures: a file that can't be read, a target without features, a file that did not arrive, a star without a
#: light curve in the archive, a service that did not answer.
FILE, FEATURES, DOWNLOAD, STAR, CATALOGUE = "file", "features", "download", "star", "catalogue"


class FailureBook:
    """Failures of every kind in one table; those of files and features are read where they are kept anyway."""

    def __init__(self, database: Database, targets: TargetCatalog, features: FeatureRows) -> None:
        self._database = database
        self._targets = targets
        self._features = features

    def keep(self, kind: str, reasons: Mapping[str, str], again: Mapping[str, Any] | None = None) -> None:
        """Remember why something failed, and what is needed to try it again.

        Parameters
        ----------
        kind : str
            What failed, e.g. ``"fetch"``.
        reasons : mapping of str to str
            Name of what failed to the reason.
        again : mapping of str to any, optional
            Name to what is needed to try it again, ready for JSON.
        """
        now = time.time()
        rows = [(kind, name, reason, json.dumps((again or {}).get(name)), now) for name, reason in reasons.items()]
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)", rows)

    def clear(self, kind: str, names: Iterable[str]) -> None:
        """Forget what has succeeded, or is not wanted any more.

        Parameters
        ----------
        kind : str
        names : iterable of str
        """
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM failures WHERE kind = ? AND name = ?", [(kind, name) for name in names])

    def kept(self, kind: str) -> dict[str, Any]:
        """What is needed to try again, by name."""
        table = self._database.frame("SELECT name, again FROM failures WHERE kind = ? ORDER BY name", (kind,))
        with self._database.row("failures", kind):
            return {name: json.loads(again) for name, again in zip(table["name"], table["again"], strict=True)}

    def frame(self) -> pd.DataFrame:
        """Every failure: kind, name, reason, created (Unix time [s], NaN where it is not known).

        The name is a path, a target id, a file of the archive, a star or a service; features name their set in `kind`.
        """
        own = self._database.frame("SELECT kind, name, reason, created FROM failures ORDER BY kind, name")
        files = self._targets.unreadable().rename(columns={"path": "name"}).assign(kind=FILE)
        registered = set(self._targets.ids())
        features = [
            (f"{FEATURES} {name}", target_id, reason)
            for name in FEATURE_SETS
            if self._features.started(name)
            for target_id, reason in sorted(self._features.rows(name).failures.items())
            if target_id in registered
        ]
        rest = pd.DataFrame(features, columns=["kind", "name", "reason"])
        parts = [part for part in (files, own, rest) if len(part)]
        columns = ["kind", "name", "reason", "created"]
        return pd.concat(parts, ignore_index=True).reindex(columns=columns) if parts else pd.DataFrame(columns=columns)
