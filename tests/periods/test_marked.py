"""Events that a person marks: their middle, and the periods that join two of them."""

import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris
from clara_engine.periods.marked import marked_event, observed_events, shared_periods
from clara_engine.periods.profile import trapezoid

TRUE = Ephemeris(3.3, 1326.1, 0.16)
TIME = 1325 + np.arange(0, 26, 2 / 1440)
DEPTH = 8e-3


def made(*, rotation: float = 0.0, seen: np.ndarray | slice = slice(None), **changes: float) -> LightCurve:
    """Trapezoids of 0.8 %, noise of 500 ppm, on a star that rotates in five days."""
    where = Ephemeris(**{"period_days": 3.3, "epoch_btjd": 1326.1, "duration_days": 0.16} | changes)
    noise = np.random.default_rng(1).normal(0, 5e-4, TIME.size)
    flux = 1 + noise + rotation * np.sin(2 * np.pi * TIME / 5)
    flux -= DEPTH * trapezoid(0.4)(where.away_days(TIME) / where.duration_days * 2)
    return LightCurve(time=TIME, flux=flux, target=Target(tic=1)).select(seen)


@pytest.mark.parametrize("rotation", [0.0, 0.02])
@pytest.mark.parametrize("ends", [(-0.12, 0.12), (-0.1, 0.25), (0.3, -0.15)])
def test_the_middle_of_a_dip_is_found_however_it_was_marked(rotation: float, ends: tuple[float, float]) -> None:
    middle = 1332.7
    found = marked_event(made(rotation=rotation), middle + ends[0], middle + ends[1])
    assert found.fitted
    assert found.epoch_btjd == pytest.approx(middle, abs=4 / 1440)
    assert found.duration_days == pytest.approx(0.16, rel=0.12)
    assert found.depth_ppm == pytest.approx(1e6 * DEPTH, rel=0.12)
    assert (found.start_btjd, found.end_btjd) == (middle + min(ends), middle + max(ends))
    assert found.ephemeris.single


def test_a_flare_has_its_top_as_epoch() -> None:
    curve = made()
    since = curve.time - 1330.6
    flared = curve.with_flux(curve.flux + np.where(since > 0, 0.05 * np.exp(-since / 0.02), 0))
    found = marked_event(flared, 1330.5, 1330.8)
    assert found.epoch_btjd == pytest.approx(1330.6, abs=0.02)
    assert found.depth_ppm < -30_000
    assert not found.fitted


def test_an_empty_stretch_is_refused_with_its_times() -> None:
    with pytest.raises(FeatureError, match=r"0 usable samples between BTJD 1400\.000 and 1401\.000: mark more"):
        marked_event(made(), 1400, 1401)


def test_two_marks_give_the_time_between_them_and_its_parts_that_fit() -> None:
    curve = made()
    near, far = (marked_event(curve, 1326.1 + n * 3.3 - 0.12, 1326.1 + n * 3.3 + 0.12) for n in (1, 3))
    for pair in ((near, far), (far, near)):
        found = shared_periods(curve, *pair)
        assert [one.parts for one in found] == [1, 2]
        assert found[0].ephemeris.period_days == pytest.approx(6.6, abs=0.005)
        assert found[1].ephemeris.period_days == pytest.approx(3.3, abs=0.003)
        assert [one.seen for one in found] == [2, 6]
        assert [one.missing for one in found] == [0, 0]


def test_a_period_at_which_events_are_missing_is_told() -> None:
    curve = made(period_days=11.0)
    flux = curve.flux - 0.5 * DEPTH * trapezoid(0.4)((curve.time - 1331.0) / 0.08)
    curve = curve.with_flux(flux)
    marks = [marked_event(curve, at - 0.12, at + 0.12) for at in (1326.1, 1331.0)]
    (whole,) = shared_periods(curve, *marks)
    assert (whole.parts, whole.seen) == (1, 0)
    assert whole.missing >= 3


def test_the_same_event_twice_gives_no_period() -> None:
    curve = made()
    event = marked_event(curve, 1326.0, 1326.25)
    with pytest.raises(FeatureError, match="same event twice"):
        shared_periods(curve, event, event)


def test_events_in_gaps_are_not_stepped_to() -> None:
    seen = (TIME < 1332.0) | (TIME > 1334.0)
    np.testing.assert_allclose(observed_events(made(seen=seen), TRUE), [1326.1 + 3.3 * n for n in range(8) if n != 2])
    assert observed_events(made(), Ephemeris(np.nan, 1330.0, 0.2)) == pytest.approx([1330.0])
    assert observed_events(made(), Ephemeris(np.nan, 1400.0, 0.2)).size == 0
