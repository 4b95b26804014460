"""Features of the targets as they are stored, a row each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.features import FeatureStore, feature_set
from clara_engine.store.database import DATABASE_FILE, PATIENCE_S
from clara_engine.store.targets import TargetCatalog
from clara_engine.store.versions import Topic, Versions

__all__ = ["FeatureRows"]

Matrix = NDArray[np.float32]


class FeatureRows:
    """Feature rows of registered targets, by feature set name."""

    def __init__(self, folder: Path, targets: TargetCatalog, versions: Versions) -> None:
        self._folder = folder
        self._versions = versions
        self._home = folder / DATABASE_FILE
        self._targets = targets
        self._fingerprints: dict[str, tuple[object, str]] = {}
        self._stores: dict[str, FeatureStore] = {}  # each has read its lists of rows, which takes a while

    def rows(self, name: str) -> FeatureStore:
        """The stored rows of a feature set."""
        if name not in self._stores:
            self._stores[name] = FeatureStore(
                self._folder / "features",
                feature_set(name),
                home=self._home,
                within=partial(self._versions.changing, Topic.FEATURES),
            )
        return self._stores[name]

    def started(self, name: str) -> bool:
        """Whether anything of a feature set has been computed here."""
        return (self._folder / "features" / feature_set(name).id).is_dir()

    def ids(self, name: str) -> list[str]:
        """Registered targets that have features, in order."""
        stored = set(self.rows(name).ids())
        return [target_id for target_id in self._targets.ids() if target_id in stored]

    def fingerprint(self, name: str) -> str:
        """Hash of the features of every registered target that has them."""
        rows, now = self.rows(name), self._versions.read(PATIENCE_S)
        state = (now[Topic.FEATURES], now[Topic.TARGETS])
        known = self._fingerprints.get(name)
        if known is None or known[0] != state:
            known = self._fingerprints[name] = (state, rows.fingerprint(self.ids(name)))
        return known[1]

    def provenance(self, name: str, ids: Sequence[str]) -> str:
        """Hash of the features of some targets and of what processed them: pipeline version and data release.

        SPOC's releases of one sector give the published forests scores that differ by up to 0.29.

        Parameters
        ----------
        name : str
            Feature set.
        ids : sequence of str
            Target ids.
        """
        facts = self._targets.frame().set_index("target_id")[["procver", "data_release"]]
        lines = facts.loc[sorted(ids)].to_csv(sep="\t")
        rows = self.rows(name).fingerprint(ids)
        return hashlib.blake2b(f"{rows}\n{lines}".encode(), digest_size=16).hexdigest()

    def matrix(self, name: str) -> tuple[list[str], Matrix]:
        """Ids and features, shape (n, d), of every registered target that has features.

        Raises
        ------
        WorkspaceError
            When there are none.
        """
        ids = self.some_ids(name)
        return ids, self.rows(name).matrix(ids)

    def some_ids(self, name: str) -> list[str]:
        """As `ids`; raises `WorkspaceError` when there are none."""
        ids = self.ids(name)
        if not ids:
            raise WorkspaceError(
                f"no features of the set {name!r} in this workspace yet: `clara ingest FOLDER` where it has no light "
                f"curves, then `clara features --set {name}`"
            )
        return ids

    def row(self, name: str, target_id: str) -> NDArray[np.float32]:
        """Features of one target, shape (d,).

        Parameters
        ----------
        name : str
            Feature set.
        target_id : str
        """
        return self.rows(name).matrix([target_id])[0]
