"""Signals that fit the star they are put on, against physics that is worked out here anew."""

import numpy as np
import pytest
from astropy import constants
from astropy import units as u
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as statistics

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import Observed, SyntheticDesign, generate, stars
from clara_engine.synthetic.signals import EclipsingBinaries, Flares, SingleTransits, Transits

TIME = 1325 + np.arange(0, 27, 2 / 1440)
SEEDS = st.integers(0, 2**31)
SUN = Target(tic=1, teff=5772, radius=1.0, logg=4.438)
DWARF = Target(tic=2, teff=3200, radius=0.3, logg=4.94)
GIANT = Target(tic=3, teff=4800, radius=10.0, logg=2.5)
STARS = st.sampled_from([SUN, DWARF, GIANT])


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, star=STARS)
def test_orbits_obey_keplers_third_law(seed, star):
    event = Transits().draw(np.random.default_rng(seed), TIME, star)
    mass = 10**star.logg * u.cm / u.s**2 * (star.radius * constants.R_sun) ** 2 / constants.G
    axis = (constants.G * mass * (event.period_days * u.d) ** 2 / (4 * np.pi**2)) ** (1 / 3)
    expected = (axis / (star.radius * constants.R_sun)).to_value(u.dimensionless_unscaled)
    facts = event.parameters
    assert facts["scaled_axis"] == pytest.approx(expected, rel=5e-3)
    assert facts["scaled_axis"] > 1.99
    assert facts["limb_darkening"] == stars.limb_darkening(star.teff, star.logg)
    assert facts["planet_earth_radii"] == pytest.approx(
        (facts["radius_ratio"] * star.radius * constants.R_sun / constants.R_earth).to_value(u.dimensionless_unscaled),
        rel=2e-3,
    )
    assert 1 - Transits().flux(np.array([event.epoch_days]), event)[0] == pytest.approx(event.depth, rel=2e-3)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_a_star_has_no_planet_within_it(seed):
    swollen = Target(tic=4, teff=4200, radius=30.0, logg=1.9)  # fills orbits of 13 days
    event = Transits().draw(np.random.default_rng(seed), TIME, swollen)
    assert event.parameters["scaled_axis"] > 1.99
    assert 1 <= event.period_days <= 13
    assert event.duration_hours < 24 * event.period_days / 5


def test_transits_last_longer_over_giants_than_over_dwarfs():
    signal = SingleTransits(period_days=(100, 100), impact=(0.3, 0.3))
    hours = [signal.draw(np.random.default_rng(4), TIME, star).duration_hours for star in (DWARF, SUN, GIANT)]
    assert hours[0] < 5 < hours[1] < 12 < 60 < hours[2]


def test_a_star_that_is_not_known_has_the_ranges_of_the_design():
    signal = Transits(density_solar=(0.5, 0.5), limb_darkening=(0.2, 0.2))
    for star in (Target(tic=1), Target(tic=1, radius=0.0128, logg=8.0)):  # a white dwarf's density is out of range
        facts = signal.draw(np.random.default_rng(1), TIME, star).parameters
        assert facts["density_solar"] == 0.5
        assert facts["limb_darkening"] == pytest.approx((0.2, 0.12))
    facts = Transits(of_host=False, density_solar=(0.5, 0.5)).draw(np.random.default_rng(1), TIME, SUN).parameters
    assert facts["density_solar"] == 0.5


def visible(distance: float, ratio: float, limb: tuple[float, float], size: int = 1200) -> float:
    """Light left of a limb-darkened disc behind another, on a grid of rings and angles."""
    r = (np.arange(size) + 0.5) / size
    angle = (np.arange(size) + 0.5) * np.pi / size
    mu = np.sqrt(1 - r**2)
    light = (1 - limb[0] * (1 - mu) - limb[1] * (1 - mu) ** 2) * r
    seen = (r[:, None] * np.cos(angle) - distance) ** 2 + (r[:, None] * np.sin(angle)) ** 2 > ratio**2
    return float((light[:, None] * seen).sum() / light.sum() / size)


@settings(max_examples=12, deadline=None)
@given(seed=SEEDS, star=STARS)
def test_both_depths_of_a_binary_follow_from_radii_temperatures_and_impact(seed, star):
    signal = EclipsingBinaries(eccentric_shift=0.0)
    event = signal.draw(np.random.default_rng(seed), TIME, star)
    facts = event.parameters
    ratio, impact = facts["radius_ratio"], facts["impact"]
    bright = stars.band_brightness(facts["secondary_teff"]) / stars.band_brightness(star.teff)
    light = np.array([1.0, ratio**2 * bright])
    lost = [
        (1 - visible(impact, ratio, stars.limb_darkening(star.teff, star.logg))) * light[0],
        (1 - visible(impact / ratio, 1 / ratio, stars.limb_darkening(facts["secondary_teff"], star.logg))) * light[1],
    ]
    expected = np.array(lost) / light.sum()
    assert (event.depth, facts["secondary_depth"]) == pytest.approx(tuple(expected), rel=0.02, abs=2e-4)
    middles = event.epoch_days + event.period_days * np.array([0.0, 0.5])
    tides = signal.flux(middles - 0.25 * event.period_days, event) - 1  # greatest between eclipses
    got = 1 - signal.flux(middles, event)
    np.testing.assert_allclose(got - tides, expected, rtol=0.02, atol=3e-4)
    assert 1 - np.ptp(signal.flux(TIME, event)) > 0
    assert facts["secondary_depth"] <= event.depth * 1.1


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, depth=st.floats(0.002, 0.3))
def test_the_impact_gives_the_asked_depth(seed, depth):
    signal = EclipsingBinaries(depth=(depth, depth))
    assert signal.draw(np.random.default_rng(seed), TIME, SUN).depth == pytest.approx(depth, rel=2e-3)


def test_a_depth_that_no_pair_reaches_is_told_as_it_is():
    signal = EclipsingBinaries(depth=(0.8, 0.8), radius_ratio=(0.5, 0.5), temperature_ratio=(0.9, 0.9))
    event = signal.draw(np.random.default_rng(1), TIME, SUN)
    assert 0.1 < event.depth < 0.3
    assert event.parameters["impact"] == pytest.approx(0, abs=0.02)


def test_a_share_of_the_secondary_fixes_its_temperature():
    signal = EclipsingBinaries(secondary_share=(0.3, 0.3), depth=(0.05, 0.05))
    facts = signal.draw(np.random.default_rng(2), TIME, SUN).parameters
    bright = stars.band_brightness(facts["secondary_teff"]) / stars.band_brightness(5772)
    assert bright == pytest.approx(0.3, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, star=st.sampled_from([SUN, DWARF]))
def test_the_height_of_a_flare_follows_from_its_energy(seed, star):
    signal = Flares(energy_erg=(1e33, 1e35), depth=(1e-5, 100), per_day=(0.05, 0.05))
    event = signal.draw(np.random.default_rng(seed), TIME, star)
    facts = event.parameters
    fine = facts["peaks_days"][0] + np.linspace(-5, 80, 400_001) * facts["widths_days"][0]
    only = {name: facts[name][:1] for name in ("peaks_days", "heights", "widths_days")}
    alone = signal.flux(fine, type(event)(kind=event.kind, shape=event.shape, parameters=only)) - 1
    energy = np.trapezoid(alone, fine) * 86400 * stars.flare_erg_a_second(star.teff, star.radius, facts["flare_teff"])
    assert energy == pytest.approx(facts["energy_erg"], rel=1e-3)
    assert 1e33 * 0.999 < energy < 1e35 * 1.001


def test_flares_of_the_same_energy_are_higher_on_cool_stars():
    signal = Flares(energy_erg=(1e34, 1e34), width_minutes=(15, 15), depth=(1e-5, 100), flare_teff=(9000, 9000))
    low, high = (signal.draw(np.random.default_rng(1), TIME, star).depth for star in (SUN, DWARF))
    assert 100 < high / low < 200
    assert Flares(depth=(0.1, 0.1)).draw(np.random.default_rng(1), TIME, Target(tic=1)).depth == pytest.approx(0.1)


def test_energies_follow_their_power_law():
    signal = Flares(per_day=(50, 50), slope=(1.8, 1.8), of_host=False)
    facts = signal.draw(np.random.default_rng(7), TIME).parameters
    shares = (np.array(facts["heights"][1:]) / facts["heights"][0]) ** (1 / 0.61)
    x = np.geomspace(0.001, 1, 20_001)
    below = np.r_[0, np.cumsum(np.diff(x) * (x[1:] ** -1.8 + x[:-1] ** -1.8) / 2)]
    assert statistics.kstest(shares, lambda value: np.interp(value, x, below / below[-1])).pvalue > 0.01


def host(crowdsap: float) -> LightCurve:
    flux = 500 * (1 + 1e-4 * np.random.default_rng(1).standard_normal(4000))
    target = Target(tic=1, crowdsap=crowdsap, cadence_s=600)
    return LightCurve(time=1325 + np.arange(4000) * 10 / 1440, flux=flux, target=target)


@pytest.mark.parametrize(
    ("flux", "neighbours", "expected"), [("pdcsap", 0, 1), ("sap", 0, 0.8), ("pdcsap", 1, 0.25), ("sap", 1, 0.2)]
)
def test_crowding_weakens_events_as_light_adds_up(flux, neighbours, expected):
    """A star of 0.8 of the light in the aperture and a neighbour of 0.2, one of them dimmed; PDCSAP is corrected."""
    signal = Transits(depth=(0.02, 0.02), period_days=(2, 2), impact=(0, 0), of_host=False)
    sky = Observed(flux=flux, neighbours=neighbours)
    design = SyntheticDesign(name="n", curves=1, background=sky, signals=(signal,))
    curve_host = host(0.8)
    made = generate(design, observed=[curve_host])
    event = made.truth.iloc[0]
    shown = made.light_curves[0].flux / (curve_host.flux / np.median(curve_host.flux))
    dimmed = signal.draw(np.random.default_rng(1), curve_host.time)
    alone = 1 - 0.02
    star, neighbour = (0.8, 0.2 * alone) if neighbours else (0.8 * alone, 0.2)
    total = star + neighbour
    level = total if flux == "sap" else (total - 0.2) / 0.8
    assert 1 - shown.min() == pytest.approx(1 - level, rel=0.01)
    assert event["dilution"] == pytest.approx(expected)
    assert event["of_neighbour"] == bool(neighbours)
    assert event["depth"] == dimmed.depth == 0.02


def test_a_crowding_that_nobody_knows_is_asked_for():
    signal = (Transits(),)
    blind = SyntheticDesign(name="n", curves=2, background=Observed(neighbours=0.5), signals=signal, seed=3)
    with pytest.raises(DesignError, match=r"no CROWDSAP: give crowding, 0\.01 to 1"):
        generate(blind.changed(curves=12), observed=[host(np.nan)])
    given_ = blind.changed(background=Observed(neighbours=0.5, crowding=0.5), curves=40)
    truth = generate(given_, observed=[host(np.nan)]).truth
    assert set(truth["dilution"]) == {1.0}
    assert 8 < truth["of_neighbour"].sum() < 32
    assert SyntheticDesign.from_toml(given_.to_toml()) == given_
    with pytest.raises(DesignError, match="neighbours = 2 is out of range: 0 to 1 of the events"):
        Observed(neighbours=2)


def test_the_flares_of_the_wheel_are_higher_on_cool_stars():
    """With the usual ranges, medians over many draws: the Sun stays below ten per cent, a red dwarf does not."""
    drawn = {
        star.tic: np.array([Flares().draw(np.random.default_rng(seed), TIME, star).depth for seed in range(200)])
        for star in (SUN, DWARF)
    }
    assert np.median(drawn[DWARF.tic]) > 3 * np.median(drawn[SUN.tic])
    assert np.quantile(drawn[SUN.tic], 0.9) < 0.1 < np.quantile(drawn[DWARF.tic], 0.75)
    for heights in drawn.values():
        assert 0.003 <= heights.min() <= heights.max() <= 1


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_orbits_of_binaries_have_room_for_both_stars(seed):
    for star in (SUN, GIANT):
        event = EclipsingBinaries(period_days=(0.3, 13)).draw(np.random.default_rng(seed), TIME, star)
        facts = event.parameters
        assert facts["scaled_axis"] >= 1.3 * (1 + facts["radius_ratio"]) * (1 - 1e-9)
        if star is SUN:
            mass = 1 + facts["radius_ratio"]
            assert facts["scaled_axis"] == pytest.approx(
                4.2084 * event.period_days ** (2 / 3) * mass ** (1 / 3), rel=1e-3
            )
        assert event.duration_hours < 0.3 * 24 * event.period_days
