"""Whether a fit converged, and what stands in its place where it did not."""

import numpy as np
import pytest

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, measure_event

TRUE = Ephemeris(3.3, 1326.1, 0.16)


@pytest.mark.parametrize("depth", [0.004, -0.004])
def test_a_fit_that_did_not_converge_keeps_the_ephemeris_that_it_began_with(depth: float) -> None:
    time = np.arange(1325, 1351, 1 / 144)
    flux = 1 + np.random.default_rng(1).normal(0, 4e-4, time.size)
    flux[np.abs(TRUE.away_days(time)) < TRUE.duration_days / 2] -= depth
    begun = Ephemeris(3.301, 1326.1, 0.15)
    found = measure_event(LightCurve(time=time, flux=flux, target=Target(tic=1, cadence_s=600)), begun)
    assert found.converged == (depth > 0)
    if found.converged:
        assert abs(found.ephemeris.period_days - TRUE.period_days) < 4 * found.period_error_days
    else:
        assert found.ephemeris == begun
        assert np.isnan([found.period_error_days, found.duration_error_hours, found.depth_error_ppm]).all()
