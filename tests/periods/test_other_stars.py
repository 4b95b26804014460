"""Stars that dip together."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine.archives.intervals import BadInterval
from clara_engine.periods.other_stars import GRID_DAYS, BinnedStar, binned_star, dips_of_others, dumps_of

FIRST = round(1325 / GRID_DAYS)
BINS = round(27 / GRID_DAYS)


def stars(count, dipping, at, duration=0.2, depth=2e-3, noise=2e-4, seed=1):
    rng = np.random.default_rng(seed)
    time = (FIRST + np.arange(BINS) + 0.5) * GRID_DAYS
    found = []
    for number in range(count):
        flux = 1 + rng.normal(0, noise, BINS)
        if number < dipping:
            flux[np.abs(time - at) < duration / 2] -= depth
        flux[(time > 1338) & (time < 1339)] = np.nan
        found.append(BinnedStar(FIRST, flux.astype(np.float32)))
    return found


def test_stars_that_dip_together_are_counted_against_other_moments():
    there, elsewhere = dips_of_others(stars(60, 7, 1345.0), [1345.0, 1330.0], 0.2)
    assert (there.dips, there.stars) == (7, 60)
    assert there.expected < 0.1
    assert there.chance < 0.02
    assert (elsewhere.dips, elsewhere.chance) == (0, 1.0)


def test_stars_that_dip_often_are_expected_to():
    """Eclipsing binaries, each at times of its own."""
    many = [star for seed in range(30) for star in stars(1, 1, 1326 + 0.8 * seed, seed=seed)]
    (found,) = dips_of_others(many, [1326 + 0.8 * 12], 0.2)
    assert found.dips == 1
    assert found.expected > 0.1
    assert found.chance > 0.1


def test_the_chance_is_a_share_of_the_moments():
    """By hand: what of 30 stars dips in boxes side by side."""
    some = stars(30, 3, 1345.0)
    (found,) = dips_of_others(some, [1345.0], 10 * GRID_DAYS)
    means = np.array([[star.flux[k : k + 10].mean() for k in range(BINS - 9)] for star in some])
    middle = np.nanmedian(means, axis=1, keepdims=True)
    noise = 1.4826 * np.nanmedian(np.abs(means - middle), axis=1, keepdims=True)
    place = round(1345.0 / GRID_DAYS - FIRST - 5)
    assert found.dips == ((means - middle) / noise < -5)[:, place].sum() == 3


def test_bad_intervals_are_no_moments_to_compare_with():
    jitter = BadInterval(sector=1, begin_btjd=1330, end_btjd=1340, kind="pointing jitter", source="notes")
    both = stars(40, 5, 1345.0)
    for star in both[5:15]:
        star.flux[round(10 / GRID_DAYS) : round(10.2 / GRID_DAYS)] -= 2e-3  # at BTJD 1335
    (free,), (masked,) = (dips_of_others(both, [1345.0], 0.2, bad) for bad in ((), (jitter,)))
    assert masked.expected < free.expected


@pytest.mark.parametrize("middle", [1300.0, 1338.5, 1400.0])
def test_where_nothing_was_observed_nothing_is_said(middle):
    (found,) = dips_of_others(stars(10, 0, 1330.0), [middle], 0.2)
    assert found.stars == 0
    assert np.isnan(found.chance)
    assert dips_of_others([], [1330.0], 0.2)[0].stars == 0


def test_a_light_curve_becomes_means_of_its_time(star):
    curve = star(60.0, 0.02, 0.3, epoch=7.0, wave=0.01, wave_period=9.0)
    row = binned_star(curve)
    time = (row.first + np.arange(row.flux.size) + 0.5) * GRID_DAYS
    assert time[np.nanargmin(row.flux)] == pytest.approx(1332.0, abs=0.1)
    assert np.nanmedian(row.flux) == pytest.approx(1, abs=1e-4), "the wave is off"
    assert np.isnan(row.flux[(time > 1337.7) & (time < 1338.7)]).all()
    assert row.dumps.size == 0


def test_dumps_are_what_several_stars_flag(star):
    curve = star()
    flags = np.zeros(len(curve), np.int32)
    for middle in (1327.5, 1330.0):
        flags[np.abs(curve.time - middle) < 0.01] = 32
    spoc = replace(curve, quality=flags, target=replace(curve.target, product="SPOC"))
    row = binned_star(spoc)
    assert row.dumps == pytest.approx([1327.5, 1330.0], abs=0.006)
    alone = BinnedStar(row.first, row.flux, np.array([1333.3]))
    assert dumps_of([row] * 5 + [alone]) == pytest.approx([1327.5, 1330.0], abs=0.006)
    assert dumps_of([binned_star(curve)]).size == 0
