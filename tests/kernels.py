"""The compiled kernels, compiled once: processes that need one at the same moment would each compile it."""

import numpy as np

from clara_engine.features import FEATURE_SETS
from clara_engine.forest import UnsupervisedForest, explain
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import find_periods, measure_event


def compile_kernels() -> None:
    """Use most of what is compiled; it is kept beside the sources. A fork can start no thread after this."""
    random = np.random.default_rng(0)
    time = np.arange(0, 20, 1 / 144)
    dips = np.where(time % 3 < 0.2, 0.99, 1)
    light_curve = LightCurve(time=time, flux=dips + 1e-4 * random.normal(size=time.size), target=Target(tic=1))
    for feature_set in FEATURE_SETS.values():
        feature_set.compute(light_curve)
    found = find_periods(light_curve).best
    assert found is not None
    measure_event(light_curve, found.ephemeris)
    rows = random.normal(size=(8, 4))
    for bootstrap in (True, False):
        explain(UnsupervisedForest(2, bootstrap=bootstrap, random_state=0).fit(rows, rows + 1), rows)
