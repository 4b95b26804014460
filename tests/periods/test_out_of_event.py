"""What a star does between its events."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import LightCurve, Target
from clara_engine.periods import Ephemeris, event_words, find_periods, measure_event
from clara_engine.periods.out_of_event import maximum_light, minimum_near, varies_with_the_period, without_the_fold
from clara_engine.readers import read_light_curve
from clara_engine.synthetic.shapes import contact_binary
from clara_engine.timeseries import Samples

TIME = 1325.3 + np.arange(0, 26, 2 / 1440)
KNOWN = Ephemeris(1.3, 1326.0, 0.1)
LONG_PERIOD = 40.0


def samples(flux):
    noise = np.random.default_rng(3).normal(0, 5e-4, TIME.size)
    return Samples(TIME, flux + noise, 2 / 1440)


@pytest.mark.parametrize(("period", "varies"), [(0.65, True), (1.3, True), (2.85, False), (1.7, False)])
def test_only_what_repeats_with_the_period_counts(period, varies):
    wave = 1 + 0.02 * np.cos(2 * np.pi * (TIME - 1326.0) / period)
    in_event = np.abs(KNOWN.away_days(TIME)) < 0.075
    assert varies_with_the_period(samples(wave), KNOWN, in_event, 0.1) == varies
    assert not varies_with_the_period(samples(wave), KNOWN, in_event, 10.0)


def test_maximum_light_and_what_the_fold_leaves():
    folded = samples(1 + 0.02 * np.cos(4 * np.pi * (TIME - 1326.0) / 1.3))
    assert maximum_light(folded, KNOWN) == pytest.approx(1.02, abs=6e-4)
    assert without_the_fold(folded, KNOWN).flux.std() == pytest.approx(5e-4, rel=0.3)
    lowest = minimum_near(folded, KNOWN, 0.25)
    assert lowest.bottom == pytest.approx(0.98, abs=3e-4)
    assert lowest.phase == pytest.approx(0.25, abs=0.01)


def test_a_contact_binary_has_two_minima_and_no_duration():
    flux = contact_binary(TIME, epoch=1326.0, period=0.4, amplitude=0.3, unequal=0.2)
    curve = LightCurve(time=TIME, flux=1e4 * samples(flux).flux, target=Target(tic=1))
    level = np.percentile(flux, 95)
    at = {
        phase: 1e6
        * (
            1
            - contact_binary(np.array([1326.0 + phase * 0.4]), epoch=1326.0, period=0.4, amplitude=0.3, unequal=0.2)[0]
            / level
        )
        for phase in (0, 0.5)
    }
    found = measure_event(curve, Ephemeris(0.4, 1326.01))
    assert found.varies
    assert np.isnan(found.duration_hours)
    assert found.depth_ppm == pytest.approx(at[0], rel=0.03)
    assert found.secondary_depth_ppm == pytest.approx(at[0.5], rel=0.03)
    assert found.secondary_phase == pytest.approx(0.5, abs=0.01)


def test_depths_of_odd_and_even_eclipses_are_of_the_same_level_where_the_star_varies_with_them():
    away = np.abs(Ephemeris(1.3, 1326.0, 0.1).away_days(TIME))
    tides = 1 - 0.03 * np.cos(4 * np.pi * (TIME - 1326.0) / 1.3)
    flux = samples(tides * (1 - 0.2 * np.clip(2 - 40 * away, 0, 1))).flux
    found = measure_event(LightCurve(time=TIME, flux=1e4 * flux, target=Target(tic=1)), Ephemeris(1.3, 1326.0, 0.1))
    assert found.varies
    assert found.depth_ppm == pytest.approx(1e6 * (1 - 0.8 * 0.97 / 1.03), rel=0.01)
    for depth, error in (
        (found.odd_depth_ppm, found.odd_depth_error_ppm),
        (found.even_depth_ppm, found.even_depth_error_ppm),
    ):
        assert abs(depth - found.depth_ppm) < 4 * error


@pytest.mark.parametrize("rise", [0.5, 0.2])
def test_a_wave_of_one_minimum_has_no_second_one(rise):
    """A sinusoid's other end is its maximum; a sawtooth's lowest phase is not where its sinusoid has it."""
    phase = (TIME - 1326.0) / 0.56 % 1
    wave = 0.2 * np.where(phase < rise, phase / rise, (1 - phase) / (1 - rise))
    curve = LightCurve(time=TIME, flux=1e4 * samples(1 + wave).flux, target=Target(tic=1))
    found = measure_event(curve, find_periods(curve).best.ephemeris)
    assert found.varies
    assert np.isnan([found.secondary_depth_ppm, found.secondary_phase]).all()
    assert found.depth_ppm == pytest.approx(1e6 * 0.19 / 1.19, rel=0.1)
    assert "second" not in " ".join(event_words(found))


def independent(curve, period):
    """Depths of both eclipses by hand: the fold in fine bins, its 95th percentile, and its two minima."""
    chosen = np.isfinite(curve.time) & np.isfinite(curve.flux) & (curve.quality == 0)
    time, flux = curve.time[chosen], curve.flux[chosen] / np.median(curve.flux[chosen])
    bins = 400
    place = (((time - time[0]) / period) % 1 * bins).astype(int)
    folded = np.array([np.median(flux[place == at]) if (place == at).any() else np.nan for at in range(bins)])
    first = int(np.nanargmin(folded))
    away = np.abs((np.arange(bins) - first + bins / 2) % bins - bins / 2)
    level = np.nanpercentile(folded, 95)
    second = np.where(away > 0.2 * bins, folded, np.nan)
    return (
        time[0] + (first + 0.5) / bins * period,
        1e6 * (1 - folded[first] / level),
        1e6 * (1 - np.nanmin(second) / level),
    )


def real(folder, name):
    path = min(folder.glob(name), default=None)
    if path is None:
        pytest.skip(f"no light curve {name} in {folder}")
    return read_light_curve(path)


@pytest.mark.parametrize(
    ("folder", "tic", "period"),
    [
        ("spoc_s0001_2min", 261746657, 1.317),
        ("real_more/spoc_2min", 32150630, 1.49203609),
        ("real_more/spoc_2min", 219423316, 1.19687826),
    ],
)
def test_eclipse_depths_of_real_binaries(shared_data, folder, tic, period):
    curve = real(shared_data / folder, f"*{tic:016d}*")
    epoch, first, second = independent(curve, period)
    found = measure_event(curve, Ephemeris(period, epoch))
    assert found.depth_ppm == pytest.approx(first, rel=0.03)
    assert found.secondary_depth_ppm == pytest.approx(second, rel=0.03)


def catalogued_binaries(folder):
    """Path and period of every light curve of SPOC of a catalogued eclipsing binary."""
    one, more = pd.read_csv(folder / "spoc_s0001_2min/labels.csv"), pd.read_csv(folder / "real_more/labels.csv")
    for row in one[one["eb_period"] > 0].itertuples():
        yield min((folder / "spoc_s0001_2min").glob(f"*{row.tic:016d}*")), row.eb_period
    of_spoc = more["product"].isin(["spoc", "tess-spoc"]) & (more["class"] == "eclipsing_binary")
    for row in more[of_spoc & (more["period_d"] < LONG_PERIOD)].itertuples():
        yield folder / "real_more" / row.file, row.period_d


@pytest.mark.heavy
def test_both_eclipses_of_every_catalogued_binary(shared_data):
    """Those of TIC 350298314, of 47.7 days, are below; what is less than 2 % of the first minimum is no eclipse."""
    off, stars = {}, list(catalogued_binaries(shared_data))
    for path, period in stars:
        curve = read_light_curve(path)
        epoch, first, second = independent(curve, period)
        found = measure_event(curve, Ephemeris(period, epoch))
        off[path.name] = [found.depth_ppm / first - 1, found.secondary_depth_ppm / second - 1]
        if second < 0.02 * first:
            assert np.isnan(found.secondary_depth_ppm)
            off[path.name].pop()
    assert len(off) == len(stars) == 16
    assert {name: values for name, values in off.items() if not np.all(np.abs(values) < 0.03)} == {}


@pytest.mark.parametrize(("sector", "middle", "hours"), [(63, 3040.706, 6.9), (65, 3088.425, 6.9)])
def test_depth_of_one_eclipse_of_a_long_period(shared_data, sector, middle, hours):
    """TIC 350298314, 47.7 days: what is beside the eclipse is 1 % brighter than the median of the sector."""
    curve = real(shared_data / "real_more" / "spoc_2min", f"*s{sector:04d}-{350298314:016d}*")
    chosen = np.isfinite(curve.time) & np.isfinite(curve.flux) & (curve.quality == 0)
    time, flux = curve.time[chosen] - middle, curve.flux[chosen]
    beside = np.median(flux[(np.abs(time) > 0.6 * hours / 24) & (np.abs(time) < 0.6)])
    place = np.floor(time * 144).astype(int)
    lowest = min(np.median(flux[place == at]) for at in np.unique(place[np.abs(time) < 0.1]))
    found = measure_event(curve, Ephemeris(np.nan, middle, hours / 24))
    assert found.depth_ppm == pytest.approx(1e6 * (1 - lowest / beside), rel=0.03)
