"""Matched filters in whitened flux, and the folds over periods, against plain reckonings of the same."""

import numpy as np
import pytest

from clara_engine.features.steering import STEERING, steering
from clara_engine.features.steering.prepare import prepare
from clara_engine.features.steering.repeated import LANES, _agreement, _fold
from clara_engine.features.steering.templates import SHAPES, fast_size, template
from clara_engine.features.steering.transit_search import trial_periods
from clara_engine.features.steering.whitening import Whitened, local_noise
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import shapes, star_shapes

LABELS = list(STEERING.labels)
TIME = np.arange(0, 27, 10 / 1440)


def features(flux):
    row = steering(LightCurve(time=TIME, flux=flux, target=Target(tic=1)))
    return dict(zip(LABELS, row, strict=True))


def noise(size=5e-4, seed=0):
    return 1 + np.random.default_rng(seed).normal(0, size, TIME.size)


@pytest.mark.parametrize("shape", SHAPES)
def test_in_white_noise_the_filter_is_a_sliding_sum(shape):
    rng = np.random.default_rng(3)
    flux, filled = rng.normal(size=3000), np.ones(3000, bool)
    values, before = template(shape, 9.0)
    white = Whitened(flux, filled, 200)
    for reverse in (False, True):
        kernel, lead = (values[::-1], values.size - 1 - before) if reverse else (values, before)
        sums = np.correlate(flux, kernel, "valid")
        fits = white.fit(shape, (9.0, 4.0), reverse=reverse)
        ratio = (fits[0] / white.spread(fits)[0])[lead : lead + sums.size]
        assert np.corrcoef(ratio, sums)[0, 1] > 0.95
        assert np.std(ratio) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("shape", SHAPES)
def test_templates_begin_and_end_with_nothing_and_hold_their_middle(shape):
    formula, first, last = SHAPES[shape]
    ends = formula(np.array([first - 0.01, last + 0.01, 50.0, -50.0]))
    assert np.abs(ends).max() < 0.09
    values, before = template(shape, 12.0)
    assert values.max() == pytest.approx(formula(np.linspace(first, last, 2000)).max(), rel=0.1)
    assert abs(int(np.argmax(values)) - before) <= 12


def test_a_flare_decays_as_published_and_a_transit_is_deepest_at_its_middle():
    flare, _, _ = SHAPES["flare"]
    time = np.linspace(-2, 9, 11_001)
    assert flare(np.zeros(1))[0] == pytest.approx(1, abs=0.01)
    assert np.ptp(time[flare(time) > 0.5]) == pytest.approx(1, abs=0.1)
    transit, _, _ = SHAPES["transit"]
    depth = transit(np.linspace(-0.5, 0, 50))
    assert (np.diff(depth) >= 0).all()
    assert depth[0] < 0.05


def test_transforms_are_of_few_and_fast_lengths():
    sizes = {fast_size(least) for least in range(100, 5000)}
    assert len(sizes) < 30
    assert all(fast_size(least) >= least for least in range(8, 5000))
    assert all(fast_size(least) <= 1.3 * least for least in range(100, 5000))


def test_a_pulsation_does_not_hide_a_dip():
    time = np.arange(2600) / 96
    rng = np.random.default_rng(1)
    flux = rng.normal(0, 1e-3, time.size) + 5e-3 * np.sin(2 * np.pi * 3.7 * time)
    flux[986:998] -= 3e-3  # on a crest
    dip = -Whitened(flux, np.ones(time.size, bool), 40).signal_to_noise("transit", (12.0,))[0]
    assert abs(int(np.argmax(dip)) - 992) <= 2
    assert dip.max() > 6
    assert abs(int(np.argmax(-np.convolve(flux, np.ones(12), "same"))) - 992) > 2


def test_noisy_days_count_less_and_eclipses_do_not_make_days_noisy():
    flux = noise()
    late = TIME > 20
    flux[late] += np.random.default_rng(5).normal(0, 2e-3, late.sum())
    flux[(TIME > 9) & (TIME < 10)] -= 0.05
    ratio = local_noise(prepare(LightCurve(time=TIME, flux=flux, target=Target(tic=1))))
    hours = np.arange(ratio.size) / 4
    assert np.median(ratio[hours > 21 * 24]) > 2.5
    assert ratio[(hours > 8 * 24) & (hours < 11 * 24)].max() < 1.3


@pytest.mark.parametrize("span", [5.0, 27.0, 60.0])
def test_no_transit_shifts_by_more_than_half_its_duration_over_a_light_curve(span):
    periods = trial_periods(span)
    assert (np.diff(periods) < 0).all()
    # a central transit of a star of solar density (Seager & Mallén-Ornelas 2003) lasts 0.0757 P^(1/3) days
    shift = span / periods[1:] * -np.diff(periods) / 2
    assert (shift < 0.5 * 0.0757 * np.cbrt(periods[1:])).all()


def test_a_long_light_curve_has_a_bounded_number_of_periods():
    assert trial_periods(1500.0).size <= 10_001


def folded(rows, size, periods, durations):
    padded = np.zeros((len(rows), size + int(max(periods)) + 2 * LANES), np.float32)
    padded[:, :size] = rows
    return _fold(padded, size, np.array(periods), np.array(durations))


def test_fold_gives_what_adding_by_hand_gives():
    rng = np.random.default_rng(4)
    size, periods = 700, [133.4, 90.0, 41.7]
    filled = rng.random(size) < 0.9
    rows = np.array([rng.normal(size=size), rng.normal(size=size)]) * filled
    power, rises, best = folded([*rows, filled], size, periods, [4.0, 8.0])
    highest = np.zeros(2)
    for p, period in enumerate(periods):
        starts = [int(n * period + 0.5) for n in range(int((size - 1) / period) + 1)]
        for d, row in enumerate(rows):
            values = []
            for phase in range(int(period)):
                seen = [row[at + phase] for at in starts if at + phase < size and filled[at + phase]]
                values.append(sum(seen) / np.sqrt(len(seen)) if len(seen) > 1 else 0.0)
            assert power[d, p] == pytest.approx(max(values), rel=1e-5)
            highest[d] = max(highest[d], -min(values))
    assert rises == pytest.approx(highest, rel=1e-5)
    assert (best[0, 0, :, 0] <= power.max(axis=1) + 1e-6).all()


def test_events_that_agree_count_more_than_one_that_stands_out():
    size, period = 1000, 100.0
    filled = np.ones(size)
    even, lone = np.zeros(size), np.zeros(size)
    even[30::100] = 4.0
    lone[330] = np.sqrt(10) * 4.0
    (power,), _, best = folded([even, filled], size, [period], [4.0])
    assert power[0] == pytest.approx(4 * np.sqrt(10))
    assert best[0, 0, 0] == pytest.approx([4 * np.sqrt(10), 0, 30])
    (power,), _, best = folded([lone, filled], size, [period], [4.0])
    assert power[0] == pytest.approx(4.0)
    assert best[0, 0, 0, 0] < 2.0
    seen, agreement = _agreement(lone, filled, size, period, 30)
    assert seen == 10
    assert 0 < agreement < 0.5


def test_searches_stay_within_their_arrays_at_any_cadence():
    rng = np.random.default_rng(2)
    for cadence_days in (0.2, 1.0, 5.0):
        time = np.arange(200) * cadence_days
        assert np.isfinite(
            steering(LightCurve(time=time, flux=1 + rng.normal(0, 0.01, 200), target=Target(tic=1)))
        ).all()


def test_small_planets_of_long_periods_are_found():
    for period in (4.4, 8.3):
        flux = noise() * shapes.box(TIME, epoch=2.0, period=period, duration=0.16, depth=0.0012)
        found = features(flux)
        assert 10 ** found["three alike dips, period, log10 d"] == pytest.approx(period, rel=0.01)
        assert 10 ** found["BLS period, log10 d"] == pytest.approx(period, rel=0.01)
        assert found["three alike dips, against inverted"] > 0.2
        assert found["three alike dips, events"] == len(np.arange(2.0, 27, period))


def test_an_eclipse_of_a_day_is_seen_among_the_long_durations():
    flux = noise() * shapes.box(TIME, epoch=3.0, period=9.0, duration=1.2, depth=0.03)
    found = features(flux)
    assert found["repeated dips, 28 h"] > 15
    assert found["repeated dips against rises, any duration"] > 0.3


def test_a_flare_is_told_from_its_mirror_image():
    bump = star_shapes.flare(TIME, peak=9.01, width=0.02, amplitude=0.02) - 1
    flare, mirrored = features(noise() + bump), features((noise() + bump)[::-1])
    reversal = "flare 1 against reversed in time"
    assert flare[reversal] > mirrored[reversal] + 0.05
    assert flare["flare 1 against a symmetric bump"] > mirrored["flare 1 against a symmetric bump"]
    dip = features(noise() - bump)
    assert flare["flare 1 against inverted"] > 0.3 > -0.3 > dip["flare 1 against inverted"]
    assert flare["flares above 9 noise, log"] == pytest.approx(np.log(2))
    assert 10 ** flare["flare 1, half width, log10 min"] > 15


def test_a_single_outlier_has_no_signal_outside_its_peak():
    outlier = noise()
    outlier[1700] += 0.02
    bump = star_shapes.flare(TIME, peak=9.01, width=0.02, amplitude=0.02) - 1
    share = "flare 1, share of its signal outside the peak"
    assert features(noise() + bump)[share] > features(outlier)[share] + 0.08


def test_an_exocomet_is_told_from_a_symmetric_dip_whichever_way_it_goes():
    since = TIME - 12.0
    tail = np.where(since < 0, np.exp(-((since / 0.04) ** 2)), np.exp(-np.abs(since) / 0.3))
    even = np.exp(-((since / 0.25) ** 2))
    comet, mirrored, dip = (features(noise() - 0.003 * one) for one in (tail, tail[::-1], even))
    for one in (comet, mirrored):
        assert one["steep-sided dip against its mirror image"] > dip["steep-sided dip against its mirror image"] + 0.03
        assert one["steep-sided dip against a symmetric one"] > dip["steep-sided dip against a symmetric one"] + 0.01
        assert one["steep-sided dip, signal-to-noise"] > 10
