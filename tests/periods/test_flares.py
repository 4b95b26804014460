"""Flares: times, heights and energies of injected ones, an independent rule, and flares that people have vetted."""

from time import process_time

import numpy as np
import pandas as pd
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import FeatureError
from clara_engine.periods import find_flares, flares
from clara_engine.readers import read_light_curve

CADENCE = 2 / 1440
DAY = 86400.0


def flaring(heights=(0.05, 0.02), times=(4.0, 9.0), *, noise=1e-3, wave=0.0, wave_period=0.4, back=False, seed=0):
    """A star with flares that rise within four minutes and fall within some ten, by 1/e."""
    time = np.arange(0, 14, CADENCE)
    time = time[(time < 6.5) | (time > 7.5)]
    flux = 1 + wave * np.sin(2 * np.pi * time / wave_period) + np.random.default_rng(seed).normal(0, noise, time.size)
    for height, at in zip(heights, times, strict=True):
        since = at - time if back else time - at
        flux += height * np.where(
            since < 0, np.clip(1 + since / (4 / 1440), 0, 1), np.exp(-np.abs(since) / (12 / 1440))
        )
    return LightCurve(time=1500 + time, flux=1e3 * flux, target=Target(tic=1, sector=1, cadence_s=120))


def energy(height):
    """Equivalent duration [s] of such a flare: a triangle and an exponential."""
    return height * (2 + 12) * 60


@pytest.mark.parametrize("wave", [0.0, 0.03])
def test_time_height_and_energy_of_a_flare_are_those_that_were_put_in(wave):
    found = find_flares(flaring(wave=wave))
    assert len(found.flares) == 2
    assert found.inverted == 0
    assert found.span_days == pytest.approx(13, rel=0.02)
    for flare, height, at in zip(found.flares, (0.05, 0.02), (1504, 1509), strict=True):
        assert abs(flare.peak_btjd - at) < 1.5 * CADENCE
        assert flare.start_btjd <= flare.peak_btjd < flare.end_btjd
        assert flare.height_ppm == pytest.approx(height * 1e6, rel=0.15)
        assert flare.equivalent_duration_s == pytest.approx(energy(height), rel=0.12)  # the tail below 1 σ is cut off
        assert 0 < flare.equivalent_duration_error_s < 0.1 * flare.equivalent_duration_s
        assert flare.duration_minutes == pytest.approx((flare.end_btjd - flare.start_btjd) * 1440 + 2)
        assert flare.snr > 9
    assert found.strongest == found.flares[0]


def test_what_rises_slowly_is_no_flare_nor_is_noise_or_what_lies_at_a_gap():
    assert not find_flares(flaring(back=True)).flares
    assert not find_flares(flaring((), ())).flares
    assert not find_flares(flaring((0.05,), (7.505,))).flares


def test_a_light_curve_upside_down_has_none_but_tells_of_those_it_seems_to_have():
    curve = flaring()
    upside = curve.with_flux(2e3 - curve.flux)
    found = find_flares(upside)
    assert (len(found.flares), found.inverted) == (0, 2)


def sawtooth(time):
    phase = time / 0.57 % 1
    return 0.5 * np.where(phase < 0.15, phase / 0.15, (1 - phase) / 0.85) ** 2


def binary(time):
    return -0.4 * np.clip(1 - np.abs((time + 1.3) % 2.6 - 1.3) / 0.12, 0, 1)


@pytest.mark.parametrize("shape", [sawtooth, binary])
@pytest.mark.parametrize("minutes", [2, 30])
def test_what_repeats_with_the_variation_or_lies_beside_a_dip_is_no_flare(shape, minutes):
    time = np.arange(0, 26, minutes / 1440)
    noise = np.random.default_rng(3).normal(0, 5e-4, time.size)
    curve = LightCurve(time=1500 + time, flux=1e3 * (1 + shape(time) + noise), target=Target(tic=1))
    assert len(find_flares(curve).flares) < 0.1 * 26 / 0.57
    real = curve.with_flux(curve.flux + 150 * np.exp(-np.abs(time - 10.0) / 0.02) * (time > 9.999))
    assert any(abs(flare.peak_btjd - 1510) < 0.03 for flare in find_flares(real).flares)


def test_flares_at_an_edge_are_counted_as_such():
    found = find_flares(flaring((0.05, 0.05), (4.0, 7.6)))
    assert (len(found.flares), found.at_bad_times) == (2, 1)


def test_the_energy_is_the_integral_that_the_trapezoid_rule_gives():
    curve = flaring((0.2,), (4.0,), noise=1e-4)
    flare = find_flares(curve).flares[0]
    inside = (curve.time >= flare.start_btjd) & (curve.time <= flare.end_btjd)
    by_hand = np.trapezoid(curve.flux[inside] / 1e3 - 1, curve.time[inside]) * DAY
    assert flare.equivalent_duration_s == pytest.approx(by_hand, rel=0.03)


def long_lived(days, *, wave):
    """Thirty-minute samples of a star that varies, with a flare every three days or so that falls within an hour."""
    time = np.arange(0, days, 1 / 48)
    time = time[time % 14 < 13]
    rng = np.random.default_rng(4)
    flux = rng.normal(1, 3e-4, time.size) + wave * np.sin(2 * np.pi * time / 1.3)
    for at in rng.uniform(0, days, round(days / 3)):
        since = np.arange(*np.searchsorted(time, [at, at + 0.3]))
        flux[since] += 0.03 * np.exp(-(time[since] - at) / 0.04)
    return LightCurve(time=1500 + time, flux=1e3 * flux, target=Target(tic=1, cadence_s=1800))


def test_the_quicker_periodogram_of_long_light_curves_finds_the_same_flares(monkeypatch):
    curve = long_lived(400, wave=5e-3)
    exact = find_flares(curve)
    monkeypatch.setattr(flares, "EXACT_DAYS", 399)
    assert find_flares(curve).flares == exact.flares
    assert len(exact.flares) > 80


@pytest.mark.heavy
def test_flares_of_twenty_years_take_seconds():
    """The work grows with the samples, not with the days or the flares times the samples."""
    curve = long_lived(7300, wave=5e-3)
    begin = process_time()
    assert len(find_flares(curve).flares) > 1500
    assert process_time() - begin < 10  # a busy machine takes twice as long


def test_a_constant_light_curve_is_refused():
    time = np.arange(0, 5, CADENCE)
    with pytest.raises(FeatureError, match="constant"):
        find_flares(LightCurve(time=time, flux=np.ones(time.size), target=Target(tic=1)))


def test_vetted_flares_of_real_dwarfs_are_found_with_their_energies(shared_data):
    """Ilin's flares of ultracool dwarfs, found by AltaiPony and looked at by people."""
    folder = shared_data / "real_more"
    labels = pd.read_csv(folder / "labels.csv")
    vetted = pd.read_csv(folder / "tables" / "ucd_20200227_vetted_flares_lacking_some.csv").query("real == 1")
    seen, ratios = [], []
    for tic, sector in ((388857263, 12), (272349442, 9), (387220832, 13), (395130640, 12)):
        row = labels[(labels["tic"] == tic) & (labels["sector"] == str(sector))].iloc[0]
        flares = find_flares(read_light_curve(folder / row["file"])).flares
        for known in vetted[(vetted["TIC"] == tic) & (vetted["sector"] == sector)].itertuples():
            here = [one for one in flares if one.start_btjd <= known.tstop and one.end_btjd >= known.tstart]
            seen.append(bool(here))
            if here:
                ratios.append(here[0].equivalent_duration_s / known.ed_rec)
    assert len(seen) == 49
    assert np.mean(seen) > 0.95
    assert np.median(ratios) == pytest.approx(1, abs=0.25)  # AltaiPony ends a flare at 2 σ, this search at 1
