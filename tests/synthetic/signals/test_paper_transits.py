from dataclasses import replace

import batman
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic import PaperTransits

TIME = np.arange(0, 24.5, 10 / 1440)
WIDEST = PaperTransits(period_days=(0.05, 1000), depth=(1e-6, 1))


def transit(shape, period, depth, epoch, hours=3.0):
    """The event of `shape` whose draws can only have these values, at `epoch`."""
    signal = PaperTransits(period_days=(period, period), duration_hours=(hours, hours), depth=(depth, depth))
    random = np.random.default_rng(0)
    while (event := signal.draw(random, np.arange(3.0))).shape != shape:
        pass
    return replace(event, epoch_days=epoch)


def whole_model(event):
    orbit = batman.TransitParams()
    orbit.t0, orbit.per, orbit.rp, orbit.a, orbit.inc = (
        event.epoch_days,
        event.period_days,
        event.depth**0.5,
        15.0,
        89.0,
    )
    orbit.ecc, orbit.w, orbit.u, orbit.limb_dark = 0.0, 90.0, [0.1, 0.3], "quadratic"
    return batman.TransitModel(orbit, TIME).light_curve(orbit)


@settings(max_examples=150, deadline=None)
@given(period=st.floats(0.05, 1000), depth=st.floats(1e-6, 0.02), place=st.floats(0, 1))
def test_only_in_transit_samples_are_evaluated_and_nothing_changes(period, depth, place):
    """But for the last bit, which depends on where a sample stands in the array that batman gets."""
    event = transit("mandel-agol", period, depth, place * period)
    np.testing.assert_allclose(WIDEST.flux(TIME, event), whole_model(event), rtol=0, atol=1e-15)


@settings(max_examples=50, deadline=None)
@given(period=st.floats(0.05, 1000), depth=st.floats(0.02, 1), place=st.floats(0, 1))
def test_deeper_than_published_the_order_of_sums_may_show(period, depth, place):
    event = transit("mandel-agol", period, depth, place * period)
    np.testing.assert_allclose(WIDEST.flux(TIME, event), whole_model(event), rtol=0, atol=1e-12)


def test_it_lasts_from_first_to_last_contact():
    event = transit("mandel-agol", 5.0, 0.01, 10.0)
    fine = np.arange(9.5, 10.5, 1e-5)
    low = fine[WIDEST.flux(fine, event) < 1]
    assert event.lasts_hours == pytest.approx(24 * (low[-1] - low[0]), rel=1e-3)


def test_a_box_is_flat_and_as_deep_and_long_as_drawn():
    event = transit("box", 3.0, 0.02, 1.0, hours=6.0)
    flux = WIDEST.flux(np.array([0.0, 0.87, 0.88, 1.0, 1.12, 1.13, 2.5, 4.0]), event)
    assert flux.tolist() == [1, 1, 0.98, 0.98, 0.98, 1, 1, 0.98]


@pytest.mark.parametrize("random", [np.random.RandomState(1), np.random.default_rng(1)])
def test_draws_keep_within_their_ranges(random):
    signal = PaperTransits(period_days=(2, 3), duration_hours=(4, 5), depth=(0.1, 0.2))
    events = [signal.draw(random, np.arange(3.0)) for _ in range(200)]
    assert {event.shape for event in events} == {"box", "mandel-agol"}
    for event in events:
        assert 2 <= event.period_days <= 3
        assert 4 <= event.duration_hours <= 5
        assert 0.1 <= event.depth <= 0.2
        assert 0 <= event.epoch_days <= event.period_days
        assert event.lasts_hours == event.duration_hours or event.shape == "mandel-agol"
