"""MiniRocket (Dempster, Schmidt & Webb 2021) on the light curves themselves, by sktime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clara_engine.evaluate.peers.peer import Learner, Rows, flattened_bins, needed
from clara_engine.lightcurve import LightCurve
from clara_engine.timeseries import robust_noise

__all__ = ["MINIROCKET"]

POINTS = 2048
BIN_MINUTES = 15.0


def _row(light_curve: LightCurve) -> NDArray[np.float32]:
    """Flattened means of 15 minutes in robust spreads, stretched to as many points for every light curve."""
    time, flux = flattened_bins(light_curve, BIN_MINUTES)
    spread = robust_noise(flux)
    even = np.interp(np.linspace(time[0], time[-1], POINTS), time, (flux - np.median(flux)) / spread)
    return np.asarray(np.arcsinh(even), np.float32)


def _fit(real: Rows, contrast: Rows, seed: int) -> Callable[[Rows], NDArray[np.float64]]:
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rocket = needed("sktime.transformations.panel.rocket", "sktime").MiniRocket(random_state=seed, n_jobs=1)
    model = make_pipeline(StandardScaler(), RidgeClassifierCV(alphas=np.logspace(-3, 5, 9), class_weight="balanced"))
    rows = np.concatenate([real, contrast]).astype(np.float64)[:, None, :]
    model.fit(np.asarray(rocket.fit_transform(rows)), np.repeat([0, 1], [len(real), len(contrast)]))
    return lambda rows: model.decision_function(np.asarray(rocket.transform(rows.astype(np.float64)[:, None, :])))


MINIROCKET = Learner(
    name="MiniRocket",
    ranks_by="decision function of a ridge classifier, same contrast set",
    events=(),
    package="sktime",
    fit=_fit,
    row=_row,
)
