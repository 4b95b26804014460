"""How the model of an event changes with its parameters, against differences."""

import numpy as np
import pytest

from clara_engine.periods import Ephemeris
from clara_engine.periods.event_fit import Discs, Trapezoids
from clara_engine.periods.event_model import EventModel
from clara_engine.periods.event_points import points_around
from clara_engine.timeseries import Samples

LIMB = (0.35, 0.25)
STEP = 1e-6


@pytest.mark.parametrize(
    ("family", "shape"),
    [(Trapezoids(), (0.41,)), (Discs(LIMB, True), (0.33, 0.52)), (Discs(LIMB, False), (0.33, 0.31, 0.47))],
)
@pytest.mark.parametrize(("curved", "cadence"), [(True, 30.0), (False, 2.0)])
def test_slopes_are_those_of_differences(family, shape, curved, cadence):
    time = 1325.0 + np.arange(0, 20, cadence / 1440)
    known = Ephemeris(2.3, 1326.1, 0.25)
    noise = np.random.default_rng(1).normal(0, 1e-3, time.size)
    points = points_around(Samples(time, 1 + noise, cadence / 1440), known, 1.5)
    model = EventModel(points, known, family, curved=curved, timed=True)
    values = np.array([0.013, 3.07, 1.002, 1.013, *shape, 1.04, *((0.9, 1.2) if curved else ())])
    assert model.lower.size == model.first(shape).size == values.size
    slopes = model.slopes(values)
    for number, column in enumerate(slopes.T):
        ahead, behind = values.copy(), values.copy()
        ahead[number] += STEP
        behind[number] -= STEP
        change = (model.residuals(ahead) - model.residuals(behind)) / (2 * STEP)
        near = np.abs(column - change) < 0.02 * np.abs(change).max() + 1e-3
        assert near.mean() > 0.97, number  # a point on a knot of the profile has two slopes


def test_the_ephemeris_counts_from_the_middle_of_the_events():
    known = Ephemeris(2.0, 1326.0, 0.2)
    time = 1325.0 + np.arange(0, 21, 0.01)
    model = EventModel(
        points_around(Samples(time, np.ones(time.size), 0.01), known, 2.5),
        known,
        Trapezoids(),
        curved=False,
        timed=True,
    )
    moved = model.ephemeris(np.array([0.01, 3.0, 1.0, 1.0, 0.5, 1.5]))
    longer = moved.period_days - known.period_days
    assert longer == pytest.approx(0.5 * model.slide_days)
    assert moved.epoch_btjd + model.centre * moved.period_days == pytest.approx(1326.0 + model.centre * 2.0)
