"""Parameters of the stars: from archives, else from the headers of light curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.population import with_derived
from clara_engine.store.labels import LabelBook
from clara_engine.store.targets import TargetCatalog

__all__ = ["StarParameters"]

FROM_HEADERS = {
    "teff": "teff_k",
    "radius": "radius_rsun",
    "logg": "logg",
    "tmag": "tmag",
    "pmra": "pmra",
    "pmdec": "pmdec",
}


class StarParameters:
    """Parameters by target id."""

    def __init__(self, targets: TargetCatalog, labels: LabelBook) -> None:
        self._targets = targets
        self._labels = labels

    def table(self) -> pd.DataFrame:
        """Every parameter of every target, with vtan_kms and lum_lsun; indexed by target id."""
        headers = self._targets.frame().set_index("target_id")[list(FROM_HEADERS)].rename(columns=FROM_HEADERS)
        return with_derived(self._labels.parameters().combine_first(headers).reindex(headers.index))

    def chosen(self, names: list[str]) -> pd.DataFrame:
        """Some parameters of every target.

        Raises
        ------
        WorkspaceError
            When no target has one of them.
        """
        table = self.table()
        unknown = [name for name in names if name not in table]
        if unknown:
            raise WorkspaceError(f"no parameter {unknown[0]!r} in this workspace; there are: {', '.join(table)}")
        return table[names]

    def complete(self, names: list[str]) -> tuple[list[str], NDArray[np.float64]]:
        """Ids and rows, shape (n, parameters), of the targets that have every one of some parameters.

        Raises
        ------
        WorkspaceError
            When a parameter is unknown, or no target has them all.
        """
        complete = self.chosen(names).replace([np.inf, -np.inf], np.nan).dropna().sort_index()
        if complete.empty:
            raise WorkspaceError(f"no target has all of {', '.join(names)}: choose fewer parameters")
        return [str(target_id) for target_id in complete.index], complete.to_numpy(np.float64)
