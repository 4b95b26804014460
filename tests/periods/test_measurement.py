"""Whether a fit converged, and what stands in its place where it did not."""

from pathlib import Path

import numpy as np
import pytest

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, find_periods, measure_event
from clara_engine.readers import read_light_curve

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


def test_a_fit_that_wandered_off_its_events_did_not_converge(shared_data: Path) -> None:
    path = min((shared_data / "spoc_s0001_2min").glob("*0000000289936539*"), default=None)
    if path is None:
        pytest.skip("no light curve of TIC 289936539")
    curve = read_light_curve(path)
    begun = find_periods(curve).best.ephemeris  # two shallow dips of 9 h; a fit of 41 h goes a day away
    found = measure_event(curve, begun)
    assert not found.converged
    assert found.ephemeris == begun
