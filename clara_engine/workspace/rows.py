"""Rows of numbers by target: a feature set, the leaves of a run, or catalogue parameters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.workspace.matrices import Matrices
from clara_engine.workspace.population import Population
from clara_engine.workspace.reasons import Reasons
from clara_engine.workspace.runs import RunStore
from clara_engine.workspace.targets import TargetCatalog

__all__ = ["FEATURES", "LEAVES", "PARAMETERS", "RowSource", "Rows", "Source", "complete_parameters"]

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


class RowSource:
    """Reads what a map shows and a clustering groups."""

    def __init__(
        self, targets: TargetCatalog, runs: RunStore, matrices: Matrices, reasons: Reasons, population: Population
    ) -> None:
        self._targets = targets
        self._runs = runs
        self._matrices = matrices
        self._reasons = reasons
        self._population = population

    def rows(self, source: Source, name: str) -> Rows:
        """Rows of every present target that has them.

        Parameters
        ----------
        source : {"features", "leaves", "parameters"}
        name : str
            Feature set, run name or id, or parameter names joined by commas.

        Raises
        ------
        WorkspaceError
            When there is no such thing in the workspace.
        """
        rows: NDArray[Any]
        if source == PARAMETERS:
            ids, rows = complete_parameters(self._population.parameters(), name.split(","))
        elif source == LEAVES:
            ids, rows = self._reasons.leaves(self._runs.get(name))
        else:
            ids, rows = self._matrices.matrix(name)
        return Rows(ids, rows, len(self._targets) - len(ids))

    def fingerprint(self, source: Source, name: str) -> str:
        """Hash of what `rows` would give, without reading it where that can be avoided."""
        if source == PARAMETERS:
            found = self.rows(source, name)
            return hashlib.sha256("\n".join(found.ids).encode() + found.rows.tobytes()).hexdigest()
        if source == LEAVES:
            run = self._runs.get(name)
            return hashlib.sha256(f"{run.id} {self._matrices.fingerprint(run.spec.feature_set)}".encode()).hexdigest()
        return self._matrices.fingerprint(name)


def complete_parameters(table: pd.DataFrame, names: list[str]) -> tuple[list[str], NDArray[np.float64]]:
    """Ids and rows, shape (n, parameters), of the targets that have every one of some catalogue parameters.

    Raises
    ------
    WorkspaceError
        When a parameter is unknown, or no target has them all.
    """
    unknown = [name for name in names if name not in table]
    if unknown:
        raise WorkspaceError(f"no parameter {unknown[0]!r} in this workspace; there are: {', '.join(table)}")
    complete = table[names].replace([np.inf, -np.inf], np.nan).dropna().sort_index()
    if complete.empty:
        raise WorkspaceError(f"no target has all of {', '.join(names)}: choose fewer parameters")
    return [str(target_id) for target_id in complete.index], complete.to_numpy(np.float64)
