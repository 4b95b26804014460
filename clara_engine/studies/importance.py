"""The importance of labelled targets, signal-to-noise × depth × duration, and which of these no catalogue tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.evaluate.objective import scaled_importance
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Importance", "importance_of"]

FACTORS = ("signal-to-noise", "depth", "duration")
#: Catalogue columns of the factors; the first set of which any labelled target has one.
COLUMNS = (("toi_snr", "toi_depth_ppm", "toi_duration_hours"), ("snr", "depth_ppm", "duration_hours"))


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """How much the labelled targets matter, as the publication counts it.

    Attributes
    ----------
    product : Series
        By target id: signal-to-noise × depth [ppm] × duration [hours], NaN where unknown; empty where no catalogue
        tells any of them.
    missing : tuple of str
        Factors that no catalogue tells of any of the targets, which count as 1 for all.
    labelled : int
        How many targets carry the label.
    """

    product: pd.Series
    missing: tuple[str, ...]
    labelled: int

    @property
    def scaled(self) -> pd.Series:
        """The product scaled to 0 … 1 over the targets, 0 where unknown."""
        return pd.Series(scaled_importance(self.product.to_numpy(float)), self.product.index)

    @property
    def caveat(self) -> str:
        """What is missing, for a person; "" where nothing is."""
        if self.product.empty:
            return "no catalogue tells signal-to-noise, depth or duration: every labelled target counts alike"
        said = []
        if self.missing:
            said.append(f"{' and '.join(self.missing)} unknown for all of them, counted as 1")
        unknown = self.labelled - int(np.isfinite(self.product).sum())
        if unknown:
            said.append(f"unknown for {unknown} of {counted(self.labelled, 'labelled target')}")
        return f"importance: {'; '.join(said)}" if said else ""


def importance_of(workspace: Store, label: tuple[str, str]) -> Importance:
    """Importance of the targets with a label.

    Parameters
    ----------
    workspace : Store
    label : (str, str)
        Family and value.
    """
    ids = workspace.targets.ids()
    mask = workspace.labels.members(ids).get(label, np.zeros(len(ids), bool))
    known = workspace.labels.parameters().reindex(pd.Index(ids)[mask])
    for columns in COLUMNS:
        present = [name for name in columns if name in known and known[name].notna().any()]
        if present:
            missing = tuple(word for word, name in zip(FACTORS, columns, strict=True) if name not in present)
            return Importance(known[present].prod(axis=1, skipna=False), missing, int(mask.sum()))
    return Importance(pd.Series(dtype=float), FACTORS, int(mask.sum()))
