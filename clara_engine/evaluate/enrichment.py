"""Enrichment of labels in clusters, with the chance level."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import hypergeom

from clara_engine.evaluate.corrections import benjamini_hochberg, holm
from clara_engine.evaluate.rates import wilson_interval

__all__ = ["ENRICHMENT_COLUMNS", "enrichment"]

ENRICHMENT_COLUMNS = [
    "cluster",
    "family",
    "value",
    "size",
    "hits",
    "share",
    "share_low",
    "share_high",
    "chance",
    "lift",
    "odds_ratio",
    "odds_low",
    "odds_high",
    "p_value",
    "p_corrected",
    "q_value",
]


def enrichment(labels: ArrayLike, members: Mapping[tuple[str, str], NDArray[np.bool_]]) -> pd.DataFrame:
    """Test every cluster for every label.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Cluster of each star, −1 for none; stars in none are among the others of each test.
    members : mapping
        (family, value) to which stars carry the label, bool, shape (n,).

    Returns
    -------
    DataFrame
        A row a cluster and label, most significant first: ``hits`` of ``size`` stars carry it; ``share`` = hits / size
        with its 95 % interval (Wilson 1927), ``chance`` the share among all stars and ``lift`` the ratio of both;
        ``odds_ratio`` with its 95 % interval (Woolf 1955, half a star added to each count); ``p_value`` of at least so
        many hits by chance (Fisher's exact test, one-sided), ``p_corrected`` for the number of clusters (Holm 1979)
        and ``q_value`` for every test in the table (Benjamini & Hochberg 1995).
    """
    cluster = np.asarray(labels)
    found = np.unique(cluster[cluster >= 0])
    tables = [_one_label(cluster, found, name, np.asarray(mask, bool)) for name, mask in members.items()]
    tables = [table for table in tables if len(table)]
    if not tables:
        return pd.DataFrame(columns=ENRICHMENT_COLUMNS)
    table = pd.concat(tables, ignore_index=True)
    table["q_value"] = benjamini_hochberg(table["p_value"])
    return table.sort_values(["p_value", "cluster"], kind="stable", ignore_index=True)[ENRICHMENT_COLUMNS]


def _one_label(
    cluster: NDArray[np.intp], found: NDArray[np.intp], name: tuple[str, str], mask: NDArray[np.bool_]
) -> pd.DataFrame:
    n, carriers = cluster.size, int(mask.sum())
    size = np.array([(cluster == c).sum() for c in found])
    hits = np.array([(mask & (cluster == c)).sum() for c in found])
    p = hypergeom.sf(hits - 1, n, carriers, size)
    odds, low, high = _odds_ratio(hits, size, carriers, n)
    intervals = np.array([wilson_interval(h, s) for h, s in zip(hits, size, strict=True)]).reshape(-1, 2)
    share, chance = hits / np.maximum(size, 1), carriers / n
    return pd.DataFrame(
        {
            "cluster": found,
            "family": name[0],
            "value": name[1],
            "size": size,
            "hits": hits,
            "share": share,
            "share_low": intervals[:, 0],
            "share_high": intervals[:, 1],
            "chance": chance,
            "lift": share / chance if carriers else np.nan,
            "odds_ratio": odds,
            "odds_low": low,
            "odds_high": high,
            "p_value": p,
            "p_corrected": holm(p),
        }
    )


def _odds_ratio(
    hits: NDArray[np.intp], size: NDArray[np.intp], carriers: int, n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    inside, outside = (hits + 0.5, size - hits + 0.5), (carriers - hits + 0.5, n - size - carriers + hits + 0.5)
    log_odds = np.log(inside[0] * outside[1] / (inside[1] * outside[0]))
    half = ndtri(0.975) * np.sqrt(sum(1 / count for count in (*inside, *outside)))
    return np.exp(log_odds), np.exp(log_odds - half), np.exp(log_odds + half)
