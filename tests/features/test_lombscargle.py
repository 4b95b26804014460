"""Lomb–Scargle against astropy's direct evaluation, and against extended precision where astropy itself is rough."""

from pathlib import Path

import numpy as np
import pytest
from astropy.timeseries import LombScargle
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.errors import FeatureError
from clara_engine.features import lombscargle
from clara_engine.features.flux_power import FLUX_POWER_FREQUENCY
from clara_engine.features.lombscargle import lomb_scargle, lomb_scargle_even
from clara_engine.readers import read_light_curve


def astropy_direct(time, flux, frequency):
    return LombScargle(time, flux).power(frequency, method="slow")


def extended_precision(time, flux, frequency):
    """Least squares of a constant and a sinusoid, in long double, by the normal equations."""
    t = np.asarray(time, np.longdouble)
    t = t - t.mean()
    y = np.asarray(flux, np.longdouble)
    y = y - y.mean()
    power = []
    for f in frequency:
        angle = 2 * np.longdouble("3.14159265358979323846264338327950288") * np.longdouble(f) * t
        s, c = np.sin(angle), -2 * np.sin(angle / 2) ** 2
        s, c = s - s.mean(), c - c.mean()
        cc, ss, cs, yc, ys = (c @ c), (s @ s), (c @ s), (y @ c), (y @ s)
        power.append(float((yc**2 * ss + ys**2 * cc - 2 * yc * ys * cs) / ((cc * ss - cs**2) * (y @ y))))
    return np.array(power)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(20, 400),
    span=st.floats(5, 2000),
    start=st.floats(-3000, 3000),
    scale=st.floats(1e-8, 1e8),
)
def test_equals_astropy_on_irregular_times(seed, size, span, start, scale):
    random = np.random.default_rng(seed)
    time = start + random.uniform(0, span, size)
    flux = scale * (random.normal(size=size) + 1000)
    frequency = random.uniform(1 / span, 20, 60)
    np.testing.assert_allclose(lomb_scargle(time, flux, frequency), astropy_direct(time, flux, frequency), atol=1e-8)


@pytest.mark.parametrize("span_days", [0.01, 0.05, 0.73, 1.5, 4.0, 13.5, 27.4])
def test_periods_far_longer_than_the_data_keep_their_digits(span_days):
    random = np.random.default_rng(1)
    time = np.arange(0, span_days, 2 / 1440)[:3000]
    flux = random.normal(size=time.size)
    frequency = FLUX_POWER_FREQUENCY[::40]
    np.testing.assert_allclose(
        lomb_scargle(time, flux, frequency), extended_precision(time, flux, frequency), rtol=0, atol=1e-10
    )


def test_two_clumps_of_samples_years_apart():
    random = np.random.default_rng(2)
    time = np.concatenate([random.uniform(0, 0.1, 100), random.uniform(700, 700.1, 100)])
    flux = random.normal(size=200)
    frequency = random.uniform(0.01, 5, 100)
    np.testing.assert_allclose(
        lomb_scargle(time, flux, frequency), extended_precision(time, flux, frequency), rtol=0, atol=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    span=st.floats(0.1, 60),
    cycles=st.floats(0.1, 1),
    first=st.integers(1, 9),
    even=st.booleans(),
)
def test_evenly_spaced_frequencies_have_the_same_power(seed, span, cycles, first, even):
    random = np.random.default_rng(seed)
    time = np.linspace(0, span, 900) if even else random.uniform(0, span, 900)
    flux = random.normal(size=900) + np.sin(40 * time / span)
    step = cycles / np.ptp(time)
    power = lomb_scargle_even(1325 + time, 5 * flux, step, first, 600)
    np.testing.assert_allclose(power, lomb_scargle(time, flux, step * np.arange(first, 601)), atol=1e-5)


def test_a_sinusoid_is_explained_whole_at_its_frequency_and_order_does_not_matter():
    time = np.random.default_rng(3).uniform(1325, 1352, 500)
    flux = 7 + 0.001 * np.sin(2 * np.pi * 0.8123 * time)
    power = lomb_scargle(time, flux, [3.1, 0.8123, 0.3])
    assert power[1] == pytest.approx(1, abs=1e-9)
    assert power[0] < 0.1
    np.testing.assert_allclose(lomb_scargle(time[::-1], flux[::-1], [0.3, 0.8123, 3.1]), power[::-1], atol=1e-11)


def test_scale_and_offset_of_flux_and_origin_of_time_do_not_matter():
    random = np.random.default_rng(4)
    time, flux = random.uniform(0, 27, 300), random.normal(size=300)
    power = lomb_scargle(time, flux, FLUX_POWER_FREQUENCY)
    np.testing.assert_allclose(lomb_scargle(time + 1325, 1e5 + 300 * flux, FLUX_POWER_FREQUENCY), power, atol=1e-9)


def test_power_is_zero_where_all_samples_share_a_phase():
    time = np.arange(100) * 0.1
    flux = np.random.default_rng(5).normal(size=100)
    assert lomb_scargle(time, flux, [10.0, 20.0]).tolist() == [0, 0]
    assert lomb_scargle([0, 0, 1], [1, 2, 3], [0.3]).tolist() == [0]


def test_no_frequencies_give_no_power():
    assert lomb_scargle([0, 1, 2], [1, 2, 4], []).shape == (0,)


@pytest.mark.parametrize(
    ("time", "flux", "frequency", "message"),
    [
        ([0, 1], [1, 2], [1], "at least 3 samples, not 2"),
        ([0, 1, 2], [5, 5, 5], [1], "constant"),
        ([0, 1, np.nan], [1, 2, 3], [1], "finite"),
        ([0, 1, 2], [1, np.inf, 3], [1], "finite"),
        ([0, 1, 2], [1, 2], [1], "equally long"),
        ([0, 1, 2], [1, 2, 3], [0.0], "positive"),
        ([0, 1, 2], [1, 2, 3], [np.nan], "positive"),
    ],
)
def test_refusals_are_one_line(time, flux, frequency, message):
    with pytest.raises(FeatureError, match=message) as refusal:
        lomb_scargle(time, flux, frequency)
    assert "\n" not in str(refusal.value)


@pytest.mark.heavy
def test_every_real_light_curve(shared_data: Path):
    """All frequencies of every tenth light curve, every tenth frequency of the others: minutes become half a minute."""
    files = sorted((shared_data / "spoc_s0001_2min").glob("*_lc.fits.gz"))
    assert files
    worst = 0.0
    for number, file in enumerate(files):
        curve = read_light_curve(file).finite()
        frequency = FLUX_POWER_FREQUENCY if number % 10 == 0 else FLUX_POWER_FREQUENCY[number % 10 :: 10]
        z = (curve.flux - curve.flux.mean()) / curve.flux.std()
        direct = LombScargle(curve.time, z).power(frequency, method="cython")
        worst = max(worst, float(np.abs(lomb_scargle(curve.time, z, frequency) - direct).max()))
    assert worst <= 1e-10


def test_parts_of_samples_and_frequencies_give_what_the_whole_does(monkeypatch):
    random = np.random.default_rng(5)
    time = np.sort(random.uniform(0, 60, 900))
    flux = np.sin(time) + random.normal(size=900)
    step, last = 1 / 180, 900
    whole, even = lomb_scargle(time, flux, step * np.arange(5, last + 1)), lomb_scargle_even(time, flux, step, 5, last)
    monkeypatch.setattr(lombscargle, "SAMPLES_AT_ONCE", 200)
    monkeypatch.setattr(lombscargle, "FREQUENCIES_AT_ONCE", 70)
    np.testing.assert_allclose(lomb_scargle(time, flux, step * np.arange(5, last + 1)), whole, atol=1e-10)
    np.testing.assert_array_equal(lomb_scargle_even(time, flux, step, 5, last), even)
