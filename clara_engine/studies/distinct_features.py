"""The features by which synthetic light curves differ most from the real ones: what a forest will see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.features import feature_set

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["distinct_features"]

#: Real rows that are enough for medians and spreads.
MOST_ROWS = 1000
#: From the middle of a normal distribution to its 16th or 84th percentile lies one standard deviation.
PERCENTILES = (16.0, 50.0, 84.0)


def distinct_features(store: Store, name: str, synthetic: NDArray[np.float64]) -> pd.DataFrame:
    """Features in the order of how far synthetic light curves lie from the real ones.

    Parameters
    ----------
    store : Store
    name : str
        Feature set.
    synthetic : ndarray of float, shape (n, d)
        Features of synthetic light curves.

    Returns
    -------
    DataFrame
        Columns feature (its name), synthetic (median), real (median of at most `MOST_ROWS` targets), and spreads:
        their difference in units of half the range that holds 68 % of the real ones. Features without a spread are
        left out.

    Raises
    ------
    WorkspaceError
        No target has these features yet.
    """
    chosen = feature_set(name)
    real = np.asarray(store.features.rows(name).matrix(store.features.some_ids(name)[:MOST_ROWS]), np.float64)
    low, middle, high = np.nanpercentile(real, PERCENTILES, axis=0)
    here, spread = np.nanmedian(synthetic, axis=0), (high - low) / 2
    known = spread > 0
    labels = [block.label(place) for block in chosen.blocks for place in range(block.stop - block.start)]
    away = np.divide(here - middle, spread, out=np.zeros_like(here), where=known)
    table = pd.DataFrame({"feature": labels, "synthetic": here, "real": middle, "spreads": away})[known]
    return table.sort_values("spreads", key=abs, ascending=False, kind="stable", ignore_index=True)
