"""Good samples, means of bins, level and noise, against other libraries' numbers."""

import numpy as np
import pytest
from astropy.stats import mad_std
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binned_statistic

from clara_engine import LightCurve
from clara_engine.errors import FeatureError
from clara_engine.lightcurve import Target
from clara_engine.timeseries import bin_means, binned, good, good_samples, in_order, level_of, median, robust_noise


def light_curve(time, flux, quality=None) -> LightCurve:
    target = Target(tic=1, sector=1, cadence_s=600.0)
    return LightCurve(time=time, flux=flux, flux_err=np.full(len(time), np.nan), quality=quality, target=target)


@given(st.integers(1, 300), st.integers(0, 2**32 - 1), st.booleans())
def test_the_median_is_numpys_to_the_last_bit(samples: int, seed: int, ties: bool) -> None:
    values = np.random.default_rng(seed).normal(1, 1e-3, samples)
    values = np.round(values, 3) if ties else values
    assert median(values) == np.median(values)


@given(st.integers(1, 400), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_bin_means_are_scipys(samples: int, bins: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    where, values = rng.uniform(0, bins, samples), rng.normal(size=samples)
    filled, count, means = bin_means(where.astype(np.intp), values)
    expected = binned_statistic(where, values, "mean", bins=bins, range=(0, bins)).statistic
    assert means == pytest.approx(expected[np.isfinite(expected)])
    assert filled.tolist() == np.flatnonzero(np.isfinite(expected)).tolist()
    assert count.sum() == samples


def test_flagged_samples_count_only_where_most_are_flagged() -> None:
    time, flux = np.arange(100.0), np.ones(100)
    flux[3] = np.nan
    few, most = np.zeros(100, int), np.ones(100, int)
    few[:10] = 1
    most[:10] = 0
    assert np.flatnonzero(~good(light_curve(time, flux, few))).tolist() == list(range(10))
    assert np.flatnonzero(~good(light_curve(time, flux, most))).tolist() == [3]
    assert good(light_curve(time, flux, few), least=95).sum() == 99
    centroid = np.ones(100)
    centroid[50] = np.nan
    assert not good(light_curve(time, flux, few), centroid)[50]


def test_samples_come_in_order_and_relative_to_their_median() -> None:
    rng = np.random.default_rng(2)
    time = rng.permutation(np.arange(200) / 48)
    samples = good_samples(light_curve(time, 1000 + time))
    assert (np.diff(samples.time) > 0).all()
    assert samples.flux == pytest.approx((1000 + samples.time) / np.median(1000 + time))
    assert samples.cadence_days == pytest.approx(1 / 48)
    assert in_order(samples.time, samples.flux) == (samples.time, samples.flux)


def test_bins_that_are_no_wider_than_the_cadence_change_nothing() -> None:
    samples = good_samples(light_curve(np.arange(200) / 48, 1000 + np.arange(200.0)))
    assert binned(samples, 0.02) is samples
    assert binned(samples, 0.5).time.size == 9  # 4.15 days


def test_noise_and_level() -> None:
    flux = np.random.default_rng(5).normal(3, 2, 5001)
    assert robust_noise(flux) == pytest.approx(mad_std(flux), rel=1e-4)
    assert level_of(flux) == np.median(flux)
    assert np.isnan(level_of(flux - 3))
    assert robust_noise(np.empty(0)) > 0


@pytest.mark.parametrize(
    ("flux", "words"), [(np.full(100, 5.0), "constant"), (-np.arange(1, 101.0), "median"), (np.ones(9), "9 usable")]
)
def test_what_can_not_be_looked_at_says_why(flux, words: str) -> None:
    with pytest.raises(FeatureError, match=words):
        good_samples(light_curve(np.arange(float(len(flux))), flux))
