"""Sources of rows of numbers by target: a feature set, the leaves of a run, or catalogue parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from numpy.typing import NDArray

from clara_engine.store.feature_rows import FeatureRows
from clara_engine.store.run_store import RunStore
from clara_engine.store.star_parameters import StarParameters

__all__ = ["FEATURES", "LEAVES", "PARAMETERS", "Rows", "Source", "SourceFingerprints"]

Source = Literal["features", "leaves", "parameters"]
FEATURES: Final = "features"
LEAVES: Final = "leaves"
PARAMETERS: Final = "parameters"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Numbers of targets, by target id.

    Attributes
    ----------
    ids : list of str
    rows : ndarray, shape (n, d)
    left_out : int
        Targets without these rows, or with a gap in them.
    """

    ids: list[str]
    rows: NDArray[Any]
    left_out: int

    def only(self, targets: Collection[str]) -> Rows:
        """The rows of some targets; of all where none are named."""
        if not targets:
            return self
        asked = set(targets)
        places = [place for place, target_id in enumerate(self.ids) if target_id in asked]
        return Rows([self.ids[place] for place in places], self.rows[places], len(asked) - len(places))


class SourceFingerprints:
    """Fingerprints that change with the rows of a source; the rows are computed only where that can't be avoided."""

    def __init__(self, runs: RunStore, features: FeatureRows, parameters: StarParameters) -> None:
        self._runs = runs
        self._features = features
        self._parameters = parameters

    def fingerprint(self, source: Source, name: str) -> str:
        """Hash of the rows of every present target.

        Parameters
        ----------
        source : {"features", "leaves", "parameters"}
        name : str
            Feature set, run name or id, or parameter names joined by commas.
        """
        if source == PARAMETERS:
            ids, rows = self._parameters.complete(name.split(","))
            return hashlib.sha256("\n".join(ids).encode() + rows.tobytes()).hexdigest()
        if source == LEAVES:
            run = self._runs.get(name)
            return hashlib.sha256(f"{run.id} {self._features.fingerprint(run.spec.feature_set)}".encode()).hexdigest()
        return self._features.fingerprint(name)
