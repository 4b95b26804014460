"""Maps of the targets: computed once, kept, recoloured ever after."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from clara_engine.files import write_atomically
from clara_engine.maps import embed
from clara_engine.progress import Report, quiet
from clara_engine.workspace.matrices import Matrices

__all__ = ["MapShelf"]


class MapShelf:
    """One Parquet file for each kind of map, feature set, and set of features."""

    def __init__(self, folder: Path, matrices: Matrices) -> None:
        self._folder = folder
        self._matrices = matrices

    def kept(self, kind: str, feature_set: str) -> pd.DataFrame | None:
        """The map of the present targets, if it has been computed: target_id, x, y."""
        path = self._path(kind, feature_set)
        return pd.read_parquet(path) if path.exists() else None

    def get(self, kind: str, feature_set: str, report: Report = quiet) -> pd.DataFrame:
        """The map of the present targets, computed if need be: target_id, x, y."""
        kept = self.kept(kind, feature_set)
        if kept is not None:
            return kept
        path = self._path(kind, feature_set)
        report.stage("reading features")
        ids, features = self._matrices.matrix(feature_set)
        report.stage(f"{kind} map")
        plane = embed(kind, features, progress=report)
        table = pd.DataFrame({"target_id": ids, "x": plane[:, 0], "y": plane[:, 1]})
        write_atomically(path, lambda beside: table.to_parquet(beside, index=False))
        return table

    def _path(self, kind: str, feature_set: str) -> Path:
        return self._folder / f"{kind}-{feature_set}-{self._matrices.fingerprint(feature_set)[:16]}.parquet"
