"""Parameters of the stars: from archives, else from the headers of light curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.population import with_derived
from clara_engine.store.labels import LabelBook
from clara_engine.store.targets import TargetCatalog

__all__ = ["STELLAR", "StarParameters", "StellarMap"]

FROM_HEADERS = {
    "teff": "teff_k",
    "radius": "radius_rsun",
    "logg": "logg",
    "tmag": "tmag",
    "pmra": "pmra",
    "pmdec": "pmdec",
}
#: Parameters of the map of stellar parameters (METHOD section 6), those that most stars have first.
STELLAR = ("teff_k", "logg", "radius_rsun", "lum_lsun", "mass_msun", "bp_rp", "abs_g", "ruwe", "vtan_kms", "mh")
#: Share of the stars that must have all parameters of the map.
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class StellarMap:
    """What a map of stellar parameters is made of.

    Attributes
    ----------
    used : tuple of str
        Parameters that more than half of the stars have, all together.
    missing : dict of str to float
        Those left out, and the share of the stars that have them.
    """

    used: tuple[str, ...]
    missing: dict[str, float]

    @property
    def note(self) -> str:
        """What is left out, in a line; empty where nothing is."""
        none = [name for name, share in self.missing.items() if share == 0]
        few = [f"{name} ({share:.0%} of the stars have it)" for name, share in self.missing.items() if share > 0]
        words = [f"no star has {' or '.join(none)}"] if none else []
        return "; ".join(words + ([f"left out: {', '.join(few)}"] if few else []))


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

    def stellar(self) -> StellarMap:
        """Which of `STELLAR` a map can be made of: a star needs them all, so each is taken while enough stars stay."""
        known = self.table().reindex(columns=list(STELLAR)).replace([np.inf, -np.inf], np.nan).notna()
        used: list[str] = []
        for name in STELLAR:
            if known[[*used, name]].all(axis=1).mean() > ENOUGH:
                used.append(name)
        return StellarMap(tuple(used), {name: float(known[name].mean()) for name in STELLAR if name not in used})

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
