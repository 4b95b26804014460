"""Events that were measured are kept for all panes."""

import numpy as np

from clara_app.measured_events import MeasuredEvents
from clara_engine import LightCurve, Target
from clara_engine.periods import Ephemeris


def test_what_was_fitted_is_the_same_measurement() -> None:
    time = np.arange(0, 20, 1 / 72)
    flux = 1 - 0.01 * (np.abs((time + 1.2) % 3 - 1.5) < 0.08) + 1e-4 * np.random.default_rng(1).normal(size=time.size)
    curve = LightCurve(time=time, flux=flux, target=Target(tic=1))
    events, found = MeasuredEvents(2), Ephemeris(3.001, 0.3, 0.15)
    assert events.known(curve, found) is None
    event = events(curve, found)
    assert event.ephemeris != found
    for ephemeris in (found, event.ephemeris):
        assert events.known(curve, ephemeris) is event
        assert events(curve, ephemeris) is event
