"""Epoch-free features: finite, named, the same wherever and in whatever unit an event happens."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.errors import FeatureError
from clara_engine.features import feature_set
from clara_engine.features.steering import STEERING, steering
from clara_engine.readers import read_light_curve
from clara_engine.synthetic import shapes, star_shapes
from tests.features.steering.curves import LABELS, curve, noise, value


def test_it_is_registered_with_a_label_and_block_for_every_number():
    assert feature_set("steering") is STEERING
    assert len(set(LABELS)) == len(LABELS) == STEERING.size
    assert steering(curve(noise())).shape == (STEERING.size,)


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(1e-3, 1e6), shift=st.floats(-1000, 3000), seed=st.integers(0, 1000))
def test_units_and_shifts_in_time_change_nothing(scale, shift, seed):
    flux = noise(seed)
    time = 1325 + np.arange(flux.size) * 10 / 1440
    first, other = steering(curve(flux, time)), steering(curve(flux * scale, time + shift))
    close = np.isclose(first, other, rtol=1e-4, atol=1e-4)
    # a sample on the edge of a bin may fall to either side after a shift
    assert close.mean() > 0.9
    unshifted = steering(curve(flux * scale, time))
    np.testing.assert_allclose(unshifted, first, rtol=1e-5, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    samples=st.integers(50, 600),
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(["noise", "steps", "spike", "nan", "ramp", "flagged"]),
    cadence=st.sampled_from([20, 120, 1800]),
)
def test_rows_are_finite_whatever_the_light_curve(samples, seed, kind, cadence):
    rng = np.random.default_rng(seed)
    flux, quality = 100 + rng.normal(0, 1, samples), np.zeros(samples, np.int32)
    if kind == "steps":
        flux = np.round(flux / 2)
    elif kind == "spike":
        flux[rng.integers(samples)] = 1e9
    elif kind == "nan":
        flux[rng.random(samples) < 0.3] = np.nan
    elif kind == "ramp":
        flux = np.linspace(1, 2, samples)
    elif kind == "flagged":
        quality[:] = 1
    try:
        row = steering(curve(flux, np.arange(samples) * cadence / 86400, quality))
    except FeatureError:
        assert np.isfinite(flux).sum() < 50 or np.ptp(flux[np.isfinite(flux)]) == 0 or np.nanmedian(flux) <= 0
    else:
        assert np.isfinite(row).all()


def test_transits_raise_the_bls_signal_and_are_found_at_their_period():
    flux = noise()
    time = np.arange(flux.size) * 10 / 1440
    quiet = steering(curve(flux))
    row = steering(curve(flux * shapes.box(time, epoch=1.3, period=3.7, duration=0.15, depth=0.002)))
    assert value(row, "BLS signal-to-noise") > 2.5 * value(quiet, "BLS signal-to-noise")
    period = 10 ** value(row, "BLS period, log10 d")
    assert min(abs(period - 3.7), abs(period - 7.4)) < 0.05
    assert value(row, "BLS dips against inverted") > value(quiet, "BLS dips against inverted") + 0.2


def test_flares_and_dips_pull_to_opposite_sides():
    flux = noise()
    time = np.arange(flux.size) * 10 / 1440
    up = steering(curve(flux + star_shapes.flare(time, peak=9.01, width=0.03, amplitude=0.02) - 1))
    down = steering(curve(flux * star_shapes.dip(time, centre=9.0, duration=0.3, depth=0.02)))
    contrast = "dips against rises of 4 h"
    assert value(down, contrast) > 0.3
    assert value(up, contrast) < -0.1
    assert value(up, "flare 1 against inverted") > 0.3
    assert value(down, "flare 1 against inverted") < 0.1


def test_real_light_curves_have_features(shared_data):
    files = sorted((shared_data / "spoc_s0001_2min").glob("*.fits*"))[:8]
    rows = np.array([steering(read_light_curve(file)) for file in files])
    assert np.isfinite(rows).all()
    assert (np.ptp(rows, axis=0) > 0).mean() > 0.95
