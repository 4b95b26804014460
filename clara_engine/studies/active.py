"""Stars ordered by what people have said so far: active anomaly discovery on the leaves of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically
from clara_engine.progress import Report, quiet
from clara_engine.sealed import read_array, save_array
from clara_engine.studies.reasons import leaves_of

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["known_stars", "learned_scores", "rerank"]

TREES = 100
PARTS = 20
MOST_TREES = 150


def known_stars(opinions: pd.DataFrame, meaning: Mapping[str, bool | None]) -> dict[str, bool]:
    """Stars that people called an anomaly, or none; those over which they differ are left out.

    Parameters
    ----------
    opinions : DataFrame
        See `VerdictLog.opinions`.
    meaning : mapping of str to bool or None
        See `Vocabulary.anomalies`; a label it does not know says nothing.
    """
    said: dict[str, set[bool]] = {}
    for target_id, label in zip(opinions["target_id"], opinions["label"], strict=True):
        if (anomaly := meaning.get(label)) is not None:
            said.setdefault(target_id, set()).add(anomaly)
    return {target_id: all(views) for target_id, views in said.items() if len(views) == 1}


def rerank(rows: NDArray[np.float64], known: Mapping[int, bool], *, seed: int) -> NDArray[np.float64]:
    """Score rows anew so that known anomalies, and what is like them, come first.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
    known : mapping of int to bool
        Place of a row to whether it is an anomaly.
    seed : int
        Of the forest.

    Returns
    -------
    ndarray, shape (n,)
        Mean of the forest's weighted leaves as a share of all rows that lie below, 0 to 1.

    References
    ----------
    Das et al. 2017, arXiv:1708.09441, as coniferest implements it.
    """
    from coniferest.aadforest import AADForest
    from coniferest.label import Label
    from scipy.stats import rankdata

    places = np.fromiter(known, np.int64, len(known))
    labels = np.array([Label.ANOMALY if known[place] else Label.REGULAR for place in places.tolist()], dtype=np.int64)
    rows = np.ascontiguousarray(rows, np.float64)
    forest = AADForest(n_trees=TREES, n_subsamples=min(256, len(rows)), random_seed=seed)
    forest.fit_known(rows, rows[places] if len(places) else None, labels if len(places) else None)
    strangeness = -np.asarray(forest.score_samples(rows))
    return np.asarray((rankdata(strangeness) - 0.5) / len(rows))


def learned_scores(workspace: Store, run: Run, *, seed: int = 0, report: Report = quiet) -> pd.Series:
    """What to look at next in a run, from the verdicts given so far.

    The rows are the leading parts of which leaves of the run's forest a star ends in, and its anomaly score.

    Parameters
    ----------
    workspace : Store
    run : Run
    seed : int
        Of the forest.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    Series
        0 to 1, highest first, by target id, of every star with features.

    Raises
    ------
    WorkspaceError
        When no verdict says yet what is an anomaly, or nothing has features.
    """
    known = known_stars(workspace.verdicts.opinions(), workspace.vocabulary.anomalies())
    report.stage("reading leaves")
    ids, leaves = leaves_of(workspace, run)
    place = {target_id: at for at, target_id in enumerate(ids)}
    judged = {place[target_id]: anomaly for target_id, anomaly in known.items() if target_id in place}
    if not judged:
        raise WorkspaceError("active learning needs a verdict first: call one star an anomaly, or none")
    report.stage("joining leaves")
    path = run.folder / f"parts-{workspace.features.fingerprint(run.spec.feature_set)[:16]}.npy"
    if not path.exists():
        parts = _parts(np.asarray(leaves[:, :MOST_TREES]))
        for stale in run.folder.glob("parts-*.npy"):
            stale.unlink(missing_ok=True)
        write_atomically(path, lambda beside: save_array(beside, parts), home=run.folder)
    parts = read_array(path, (len(ids), None), "float64")
    ranked = run.scores().set_index("target_id")["anomaly_score"]
    scores = ranked.reindex(ids)
    report.stage("learning")
    rows = np.column_stack([parts, scores.fillna(scores.median())])
    found = pd.Series(rerank(rows, judged, seed=seed), index=pd.Index(ids, name="target_id"), name="learned_score")
    found = found[found.index.isin(ranked.index)]
    return found.sort_values(ascending=False, kind="stable")


def _parts(leaves: NDArray[np.int32]) -> NDArray[np.float64]:
    """Leading singular vectors of which leaves the stars end in, shape (n, at most `PARTS`)."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import OneHotEncoder

    ended = OneHotEncoder(dtype=np.float32).fit_transform(leaves)
    count = min(PARTS, ended.shape[1] - 1, ended.shape[0] - 1)
    if count < 1:
        return np.zeros((len(leaves), 1))
    return np.asarray(TruncatedSVD(count, random_state=0).fit_transform(ended), np.float64)
