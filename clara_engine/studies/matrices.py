"""Feature matrices and their principal components as tables, for other programs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.features import feature_set
from clara_engine.maps.reduction import StandardReduction
from clara_engine.store.sources import FEATURES, Source
from clara_engine.studies.rows import rows_of

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["Components", "feature_matrix", "principal_components"]


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Principal components of standardised features.

    Attributes
    ----------
    table : DataFrame
        target_id, and pc1, pc2 … of each target.
    loadings : DataFrame
        A row a feature: feature, mean and scale (what it was standardised with), and its part of each component.
    explained : ndarray, shape (components,)
        Share of the variance of all standardised features.
    """

    table: pd.DataFrame
    loadings: pd.DataFrame
    explained: np.ndarray


def feature_matrix(store: Store, name: str, targets: Collection[str] = ()) -> pd.DataFrame:
    """The stored features of targets: target_id, and a column a feature, named as in the feature set.

    Parameters
    ----------
    store : Store
    name : str
        Feature set.
    targets : collection of str
        Only these; all by default.

    Raises
    ------
    WorkspaceError
        When there are none.
    """
    given = rows_of(store, FEATURES, name).only(targets)
    if not given.ids:
        raise WorkspaceError(f"none of these light curves has {name} features: see `clara failures`")
    table = pd.DataFrame(np.asarray(given.rows), columns=list(feature_set(name).labels))
    table.insert(0, "target_id", given.ids)
    return table


def principal_components(
    store: Store, source: Source, name: str, count: int, *, targets: Collection[str] = (), seed: int = 0
) -> Components:
    """The leading principal components of rows whose columns are standardised.

    Parameters
    ----------
    store : Store
    source, name : str
        As `clara_engine.studies.rows.rows_of` has them.
    count : int
        How many, at most.
    targets : collection of str
        Only these; all by default.
    seed : int
        Of the randomised solver, used for large matrices.

    Raises
    ------
    FeatureError
        When all rows are the same.
    WorkspaceError
        When there are fewer than two.
    """
    given = rows_of(store, source, name).only(targets)
    if len(given.ids) < 2:
        raise WorkspaceError(f"principal components need two light curves with {name} at least")
    rows = np.asarray(given.rows, np.float64)
    fitted = StandardReduction.fit(rows, count, seed)
    places = fitted.transform(rows)
    names = [f"pc{number}" for number in range(1, places.shape[1] + 1)]
    labels = list(feature_set(name).labels) if source == FEATURES else name.split(",")
    loadings = pd.DataFrame({"feature": labels, "mean": fitted.mean, "scale": fitted.scale})
    total = float((fitted.standardised(rows).astype(np.float64) ** 2).sum())
    return Components(
        pd.DataFrame(places, columns=names).assign(target_id=given.ids)[["target_id", *names]],
        loadings.join(pd.DataFrame(fitted.components.T.astype(np.float64), columns=names)),
        (places**2).sum(axis=0) / total,
    )
