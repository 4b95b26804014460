"""Why a run finds a star strange, and which stars are alike in its eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.features import FeatureSet, feature_set
from clara_engine.files import write_atomically
from clara_engine.forest import explain, leaf_neighbours
from clara_engine.lightcurve import star_of
from clara_engine.sealed import read_array, save_array
from clara_engine.store.runs import Run

if TYPE_CHECKING:
    from clara_engine.forest import UnsupervisedForest
    from clara_engine.store import Store

__all__ = ["Reason", "explain_star", "leaves_of", "similar_stars"]

Float = NDArray[np.float64]
ROW_BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """The anomaly score of one star taken apart.

    Attributes
    ----------
    features : FeatureSet
    values : ndarray of float32, shape (features.size,)
        Feature row of the star.
    base : float
        Score before any feature is looked at.
    contributions : ndarray of float64, shape (features.size,)
        What each feature added; ``base + contributions.sum()`` is `score`.
    """

    target_id: str
    features: FeatureSet
    values: NDArray[np.float32]
    base: float
    contributions: Float

    @property
    def score(self) -> float:
        """Anomaly score, 0 to 1; of a star that trained the forest, by the trees that never saw it."""
        return float(self.base + self.contributions.sum())

    def by_block(self) -> dict[str, float]:
        """What each block of features added."""
        return {block.name: float(self.contributions[block.slice].sum()) for block in self.features.blocks}

    def strongest(self, count: int = 10) -> pd.DataFrame:
        """Features that moved the score most, either way: columns feature, value, contribution."""
        places = np.argsort(-np.abs(self.contributions), kind="stable")[:count]
        places = places[self.contributions[places] != 0]
        return pd.DataFrame(
            {
                "feature": [self.features.label(int(place)) for place in places],
                "value": self.values[places].astype(float),
                "contribution": self.contributions[places],
            }
        )


def explain_star(store: Store, run: Run, target_id: str) -> Reason:
    """Take the score of a star apart, along the paths of the trees; see `clara_engine.forest.explain`.

    Parameters
    ----------
    store : Store
    run : Run
    target_id : str

    Raises
    ------
    WorkspaceError
        When the star has no features of the run's feature set.
    """

    name = run.spec.feature_set
    _known(store, name, target_id)
    row, forest = store.features.row(name, target_id), run.forest()
    taken_apart = explain(forest, row[np.newaxis], _unseen_by(run, forest, target_id))
    return Reason(target_id, feature_set(name), row, float(taken_apart.bias[0]), taken_apart.contributions[0])


def similar_stars(store: Store, run: Run, target_id: str, k: int = 10) -> pd.DataFrame:
    """Stars that share the most leaves with one star, nearest first.

    Parameters
    ----------
    store : Store
    run : Run
    target_id : str
    k : int
        How many.

    Returns
    -------
    DataFrame
        Columns target_id and proximity, the fraction of the trees in which both share a leaf.

    Raises
    ------
    WorkspaceError
        When the star has no features of the run's feature set.
    """

    _known(store, run.spec.feature_set, target_id)
    ids, leaves = leaves_of(store, run)
    rows, proximity = leaf_neighbours(leaves, ids.index(target_id), k)
    return pd.DataFrame({"target_id": [ids[row] for row in rows], "proximity": proximity})


def leaves_of(store: Store, run: Run) -> tuple[list[str], NDArray[np.int32]]:
    """Ids of the targets, and the leaf of each in every tree, shape (targets, trees); kept with the run.

    Parameters
    ----------
    store : Store
    run : Run
    """
    name = run.spec.feature_set
    ids = store.features.some_ids(name)
    path = run.folder / f"leaves-{store.features.fingerprint(name)[:16]}.npy"
    if not path.exists():
        forest, stored = run.forest(), store.features.rows(name)
        blocks = [forest.apply(stored.matrix(ids[at : at + ROW_BLOCK])) for at in range(0, len(ids), ROW_BLOCK)]
        for stale in run.folder.glob("leaves-*.npy"):
            stale.unlink(missing_ok=True)
        write_atomically(path, lambda beside: save_array(beside, np.concatenate(blocks)), home=run.folder)
    return ids, read_array(path, (len(ids), None), "int32", mapped=True)


def _unseen_by(run: Run, forest: UnsupervisedForest, target_id: str) -> NDArray[np.bool_] | None:
    """The trees that made the score of a star, shape (1, trees); None where all of them did."""
    scores = run.scores().set_index("target_id")["trained"]
    trained = target_id in scores.index and bool(scores[target_id])
    if run.scoring != "cross-fitted" and not trained:
        return None
    trees = forest.trees_for([star_of(target_id)])
    return trees if trees.any() else None


def _known(store: Store, name: str, target_id: str) -> None:
    if target_id not in set(store.features.rows(name).ids()):
        raise WorkspaceError(f"{target_id} has no {name} features: `clara features --set {name}` extracts them")
