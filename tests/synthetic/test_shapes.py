import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic import shapes

TIME = np.arange(0, 27.4, 1 / 720)


def width_below(time: np.ndarray, flux: np.ndarray, level: float) -> float:
    inside = time[flux < level]
    return float(np.ptp(inside)) if inside.size else 0.0


@given(st.floats(0.02, 0.15), st.floats(4, 40), st.floats(0, 0.7), st.floats(1, 12))
@settings(max_examples=40, deadline=None)
def test_transit_has_the_depth_and_duration_of_theory(ratio: float, axis: float, impact: float, period: float) -> None:
    limb = (0.3, 0.25)
    geometry = {"period": period, "radius_ratio": ratio, "scaled_axis": axis, "impact": impact}
    time = np.linspace(-period / 2, period / 2, 40_001)
    flux = shapes.transit(time, epoch=0.0, limb_darkening=limb, **geometry)
    # small-planet limit: the hidden area over π times the local over the mean intensity
    mu = np.sqrt(1 - impact**2)
    local = 1 - limb[0] * (1 - mu) - limb[1] * (1 - mu) ** 2
    assert 1 - flux.min() == pytest.approx(ratio**2 * local / (1 - limb[0] / 3 - limb[1] / 6), rel=0.05)
    duration = shapes.transit_duration(**geometry)
    assert width_below(time, flux, 1 - 1e-9) == pytest.approx(duration, rel=0.01, abs=3 * period / 40_000)


def test_transits_repeat_and_match_batman_over_the_whole_orbit() -> None:
    import batman

    flux = shapes.transit(TIME, epoch=1.3, period=3.1, radius_ratio=0.1, scaled_axis=9.0, impact=0.4)
    parameters = batman.TransitParams()
    parameters.t0, parameters.per, parameters.rp, parameters.a, parameters.ecc, parameters.w = 1.3, 3.1, 0.1, 9, 0, 90
    parameters.inc, parameters.limb_dark, parameters.u = float(np.degrees(np.arccos(0.4 / 9))), "quadratic", [0.3, 0.25]
    np.testing.assert_allclose(flux, batman.TransitModel(parameters, TIME).light_curve(parameters), atol=2e-6)


def test_no_transit_without_overlap() -> None:
    geometry = {"period": 3.0, "radius_ratio": 0.1, "scaled_axis": 9.0, "impact": 1.2}
    assert shapes.transit_duration(**geometry) == 0
    assert (shapes.transit(TIME, epoch=1.0, **geometry) == 1).all()


def test_box() -> None:
    flux = shapes.box(TIME, epoch=2.0, period=5.0, duration=0.3, depth=0.01)
    assert set(np.unique(flux)) == {0.99, 1.0}
    assert (flux < 1).sum() / 720 == pytest.approx(6 * 0.3, abs=0.02)


@given(st.floats(0.6, 3.0), st.floats(0.02, 0.3), st.floats(0.05, 0.6))
@settings(max_examples=40, deadline=None)
def test_eclipses_have_the_asked_depth_width_and_place(flatness: float, duration: float, depth: float) -> None:
    settings_ = {"period": 2.0, "duration": duration, "primary_depth": depth, "flatness": flatness}
    time = np.linspace(-1, 1, 80_001)
    flux = shapes.eclipse_pair(time, epoch=0.0, secondary_depth=depth / 3, secondary_phase=0.45, **settings_)
    first = np.abs(time) < 0.4
    assert time[flux.argmin()] == pytest.approx(0, abs=0.05 * duration)
    assert 1 - flux.min() == pytest.approx(depth, rel=1e-6)
    assert width_below(time[first], flux[first], 1 - 0.01 * depth) == pytest.approx(duration, rel=0.01)
    assert 1 - flux[np.abs(time - 0.9) < 0.05].min() == pytest.approx(depth / 3, rel=1e-3)


def test_contact_binary_has_two_minima_the_deeper_at_the_epoch() -> None:
    phase = np.linspace(-0.25, 0.75, 4001)
    flux = shapes.contact_binary(phase * 0.35, epoch=0.0, period=0.35, amplitude=0.3, unequal=0.1)
    first, second = flux[phase < 0.25], flux[phase >= 0.25]
    assert phase[flux.argmin()] == pytest.approx(0, abs=1e-3)
    assert second.min() - first.min() == pytest.approx(0.03, rel=1e-3)
    assert flux.max() - (first.min() + second.min()) / 2 == pytest.approx(0.3, rel=0.05)
