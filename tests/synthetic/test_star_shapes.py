import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic import star_shapes

TIME = np.arange(0, 27.4, 1 / 720)
# of a flare of unit width and height: the integral of the two exponentially modified Gaussians of the template
EQUIVALENT_DURATION = 2.148


def width_below(time: np.ndarray, flux: np.ndarray, level: float) -> float:
    inside = time[flux < level]
    return float(np.ptp(inside)) if inside.size else 0.0


def test_rr_lyrae_rises_fast_and_spans_its_amplitude() -> None:
    phase = np.linspace(0, 1, 2001)
    magnitude = -2.5 * np.log10(star_shapes.rr_lyrae(phase * 0.55, epoch=0.0, period=0.55, amplitude=0.6))
    assert np.ptp(magnitude) == pytest.approx(0.6, rel=1e-3)
    rise = (phase[magnitude.argmin()] - phase[magnitude.argmax()]) % 1
    assert 0.1 < rise < 0.25


def test_pulsation_is_its_modes() -> None:
    flux = star_shapes.pulsation(TIME, frequencies=[10, 17.5], amplitudes=[0.01, 0.002], phases=[0.3, 1])
    for frequency, amplitude in ((10, 0.01), (17.5, 0.002)):
        power = np.abs(np.mean((flux - 1) * np.exp(-2j * np.pi * frequency * TIME)))
        assert 2 * power == pytest.approx(amplitude, rel=0.01)


def test_a_spot_is_seen_half_the_time_from_the_equator() -> None:
    time = np.linspace(0, 5, 10_000, endpoint=False)
    spot = {"sizes": [0.02], "latitudes": [0], "longitudes": [0]}
    flux = star_shapes.spots(time, period=5.0, inclination=90, **spot)
    assert 1 - flux.min() == pytest.approx(0.02, rel=1e-6)
    assert np.mean(flux < 1) == pytest.approx(0.5, abs=0.001)
    assert np.ptp(star_shapes.spots(time, period=5.0, inclination=0, **spot | {"latitudes": [40]})) < 1e-12


def test_shear_slows_spots_near_the_pole() -> None:
    spot = {"period": 2.0, "inclination": 90, "sizes": [0.02], "latitudes": [60], "longitudes": [0], "shear": 0.2}
    flux = star_shapes.spots(TIME, **spot)
    minima = TIME[1:-1][(flux[1:-1] < flux[:-2]) & (flux[1:-1] < flux[2:])]
    assert np.median(np.diff(minima)) == pytest.approx(2.0 / (1 - 0.2 * 0.75), rel=1e-3)


@given(st.floats(0.001, 0.05), st.floats(1e-3, 5), st.floats(5, 15))
@settings(max_examples=60, deadline=None)
def test_a_flare_has_its_height_width_and_energy(width: float, amplitude: float, peak: float) -> None:
    time = np.linspace(peak - 4 * width, peak + 70 * width, 200_001)
    excess = star_shapes.flare(time, peak=peak, width=width, amplitude=amplitude) - 1
    assert excess.max() == pytest.approx(amplitude, rel=1e-3)
    assert time[excess.argmax()] == pytest.approx(peak, abs=0.02 * width)
    assert width_below(time, -excess, -amplitude / 2) == pytest.approx(1.09 * width, rel=0.02)
    # equivalent duration of the unit template, the same for every width and height
    assert excess.sum() * (time[1] - time[0]) == pytest.approx(EQUIVALENT_DURATION * width * amplitude, rel=5e-3)


@given(st.floats(0, 1 / 720))
@settings(max_examples=30, deadline=None)
def test_sampling_keeps_the_energy_of_a_flare(shift: float) -> None:
    excess = star_shapes.flare(TIME, peak=10 + shift, width=0.01, amplitude=0.5) - 1
    assert excess.sum() / 720 == pytest.approx(EQUIVALENT_DURATION * 0.01 * 0.5, rel=0.01)


@given(st.floats(0.1, 2), st.floats(0.01, 0.9), st.floats(-0.8, 0.8), st.floats(0.8, 4))
@settings(max_examples=40, deadline=None)
def test_a_dip_has_its_depth_and_width(duration: float, depth: float, skew: float, sharpness: float) -> None:
    time = np.linspace(-5, 5, 100_001)
    flux = star_shapes.dip(time, centre=0, duration=duration, depth=depth, skew=skew, sharpness=sharpness)
    assert 1 - flux.min() == pytest.approx(depth, rel=1e-6)
    assert width_below(time, flux, 1 - depth / 2) == pytest.approx(duration, rel=0.01, abs=3e-4)
