"""Training rows of the steering matrix, its scorers, and the table of scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.lightcurve import star_of

__all__ = ["SCORE_COLUMNS", "Ranking", "TrainingRows", "scored"]

Rows = NDArray[np.float32]
Scorer = Callable[[Rows], NDArray[np.float64]]
#: Of every light curve that is measured; what it is named after, whose it is, and how strong its event is.
SCORE_COLUMNS = ["contrast", "event", "seed", "target_id", "star", "score", "signal_to_noise"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A row of the matrix, trained: the features it reads, and how it scores them."""

    feature_set: str
    score: Scorer


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """What a steered forest of one seed is shown.

    Attributes
    ----------
    real, copies : ndarray of float32, shape (n, d) and (k, d)
        Features of light curves as they are, and with an event.
    stars, hosts : list of str
        Whose they are.
    """

    real: Rows
    copies: Rows
    stars: list[str]
    hosts: list[str]


def scored(truth: pd.DataFrame, contrast_name: str, event: str, seed: int, scores: NDArray[np.float64]) -> pd.DataFrame:
    """Rows of `SCORE_COLUMNS`.

    Parameters
    ----------
    truth : DataFrame
        A row a light curve: background (what it is put into) and signal_to_noise.
    contrast_name : str
        Of the row of the matrix.
    event : str
        "" for light curves as they are.
    seed : int
        Which draw of stars.
    scores : ndarray of float
        Shape (n,), higher is stranger.
    """
    hosts = truth["background"]
    return pd.DataFrame(
        {
            "contrast": contrast_name,
            "event": event,
            "seed": seed,
            "target_id": hosts.to_numpy(str),
            "star": [star_of(host) for host in hosts],
            "score": np.asarray(scores, np.float64),
            "signal_to_noise": truth["signal_to_noise"].to_numpy(float),
        }
    )
