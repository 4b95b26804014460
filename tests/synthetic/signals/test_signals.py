"""Every kind of signal: what was asked for comes out of the flux."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from clara_engine.synthetic.signals import (
    ComplexFlares,
    ContactBinaries,
    Dips,
    DrawnShape,
    EclipsingBinaries,
    Exocomets,
    Faults,
    Flares,
    GrazingTransits,
    Heartbeats,
    IrregularDips,
    Microlensing,
    Pulsations,
    ShortTails,
    SingleTransits,
    Spots,
    Transits,
    TrapezoidEclipses,
)
from clara_engine.synthetic.signals.drawing import inside, power_law
from clara_engine.synthetic.signals.heartbeat import heartbeat
from clara_engine.synthetic.signals.transits import scaled_axis

TIME = 1325 + np.arange(0, 27, 2 / 1440)
KINDS = [
    Transits(),
    SingleTransits(),
    EclipsingBinaries(),
    ContactBinaries(),
    Flares(),
    Dips(),
    Spots(),
    Pulsations(),
    Heartbeats(),
    Microlensing(),
    Faults(),
    DrawnShape(points=((0, 0), (0.5, -1), (1, 0))),
    GrazingTransits(),
    TrapezoidEclipses(),
    ComplexFlares(),
    IrregularDips(),
    Exocomets(),
    ShortTails(),
]
SEEDS = st.integers(0, 2**31)


@pytest.mark.parametrize("signal", KINDS, ids=lambda signal: signal.kind)
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_every_kind_draws_a_finite_flux_of_the_asked_size(signal, seed):
    event = signal.draw(np.random.default_rng(seed), TIME)
    again = signal.draw(np.random.default_rng(seed), TIME)
    flux = signal.flux(TIME, event)
    assert repr(again) == repr(event)
    assert event.kind == signal.kind
    assert flux.shape == TIME.shape
    assert np.isfinite(flux).all()
    assert np.ptp(flux) > 0
    low, high = signal.depth
    assert low <= event.depth <= high * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, depth=st.floats(1e-4, 0.03), period=st.floats(0.8, 12))
def test_transits_have_the_asked_depth_period_epoch_and_the_duration_of_their_orbit(seed, depth, period):
    signal = Transits(depth=(depth, depth), period_days=(period, period), impact=(0.0, 0.7))
    event = signal.draw(np.random.default_rng(seed), TIME)
    middle = event.epoch_days + period * np.arange(3)
    np.testing.assert_allclose(1 - signal.flux(middle, event), depth, rtol=1e-3)
    near = event.epoch_days + np.linspace(-0.5, 0.5, 20_001) * period
    low = near[signal.flux(near, event) < 1 - 1e-9]
    assert low[-1] - low[0] == pytest.approx(event.duration_hours / 24, abs=2e-4 * period + 1e-3)
    facts = event.parameters
    assert facts["scaled_axis"] == pytest.approx(max(scaled_axis(period, facts["density_solar"]), 1.5))


def test_a_year_around_the_sun_is_215_solar_radii_wide():
    assert scaled_axis(365.25, 1.0) == pytest.approx(215.0, rel=2e-3)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_what_happens_once_happens_within_an_exposure_and_on_no_sample(seed):
    gap = TIME[(TIME < 1332) | (TIME > 1348)]
    half = 1 / 1440
    for signal in (SingleTransits(), Microlensing(), DrawnShape(points=((0, 0), (0.5, -1), (1, 0)), repeats=False)):
        event = signal.draw(np.random.default_rng(seed), gap)
        assert 0 < np.abs(gap - event.epoch_days).min() <= half + 1e-9
    kinds = ((Flares(), "peaks_days"), (Dips(periodic_share=0), "centres_days"), (Exocomets(), "deepest_days"))
    for kind, name in kinds:
        for place in kind.draw(np.random.default_rng(seed), gap).parameters[name]:
            assert 0 < np.abs(gap - place).min() <= half + 1e-9


def test_moments_are_spread_evenly_over_all_exposures():
    gap = TIME[(TIME < 1332) | (TIME > 1348)]
    drawn = inside(np.random.default_rng(3), gap, 20_000)
    step = 2 / 1440
    nearest = gap[np.abs(gap[:, None] - drawn[None, :400]).argmin(axis=0)]
    assert stats.kstest((drawn[:400] - nearest) / step + 0.5, "uniform").pvalue > 0.01
    assert stats.kstest(np.interp(drawn, gap, np.linspace(0, 1, gap.size)), "uniform").pvalue > 0.01


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, height=st.floats(0.001, 2), slope=st.floats(0, 3))
def test_flares_reach_the_asked_height_at_their_peaks(seed, height, slope):
    signal = Flares(depth=(height, height), slope=(slope, slope))
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    heights = np.array(facts["heights"])
    assert heights[0] == event.depth == pytest.approx(height)
    assert heights.max() == heights[0]
    assert heights.min() >= 0.001 ** (1 - 0.39) * height * (1 - 1e-9)
    assert (signal.flux(np.array(facts["peaks_days"]), event) - 1 >= 0.97 * heights).all()


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0, 2.0])
def test_heights_follow_their_power_law(slope):
    """Against the distribution function, integrated numerically."""
    drawn = power_law(np.random.default_rng(8), (0.02, 1.0), slope, 4000)
    x = np.geomspace(0.02, 1, 20_001)
    below = np.concatenate([[0], np.cumsum(np.diff(x) * (x[1:] ** -slope + x[:-1] ** -slope) / 2)])
    assert stats.kstest(drawn, lambda value: np.interp(value, x, below / below[-1])).pvalue > 0.01


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_a_flare_is_half_as_high_over_its_width(seed):
    signal = Flares(per_day=(0.001, 0.001))
    event = signal.draw(np.random.default_rng(seed), TIME)
    if len(event.parameters["heights"]) > 1:
        return
    near = event.epoch_days + np.linspace(-2, 4, 60_001) * event.duration_hours / 24
    high = near[signal.flux(near, event) - 1 > event.depth / 2]
    assert 24 * (high[-1] - high[0]) == pytest.approx(1.087 * event.duration_hours, rel=0.002)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, periodic=st.booleans())
def test_dips_are_as_deep_and_as_regular_as_asked(seed, periodic):
    signal = Dips(periodic_share=float(periodic), period_days=(4, 4))
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    assert max(facts["depths"]) == event.depth
    assert (1 - signal.flux(np.array(facts["centres_days"]), event) >= np.array(facts["depths"]) - 1e-9).all()
    if periodic:
        number = (np.array(facts["centres_days"]) - facts["centres_days"][0]) / 4
        assert np.abs(number - np.arange(number.size)).max() < 0.6
    else:
        assert 3 <= len(facts["centres_days"]) <= 15


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_contact_binaries_are_deepest_at_the_epoch_and_come_back(seed):
    signal = ContactBinaries()
    event = signal.draw(np.random.default_rng(seed), TIME)
    turn = event.epoch_days + event.period_days * np.linspace(0, 1, 401)
    flux = signal.flux(turn, event)
    assert flux.argmin() in (0, 400)
    assert np.ptp(flux) == pytest.approx(event.depth, rel=0.26)
    np.testing.assert_allclose(signal.flux(turn + 5 * event.period_days, event), flux, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, shape=st.sampled_from(["jump", "drift", "sawtooth", "scattered light"]))
def test_faults_have_the_asked_size_and_begin_where_they_say(seed, shape):
    signal = Faults(shapes=(shape,))
    event = signal.draw(np.random.default_rng(seed), TIME)
    change = (signal.flux(TIME, event) - 1) * event.parameters["sign"]
    assert event.shape == shape
    assert change.min() > -1e-12
    assert change.max() <= event.depth * (1 + 1e-9)
    if shape == "jump":
        assert (change[event.epoch_days > TIME] == 0).all()
        assert change.max() > 0.98 * event.depth
    elif shape == "drift":
        assert (np.diff(change) > -1e-12).all()
        assert change[-1] == pytest.approx(event.depth)
    elif shape == "scattered light":
        assert abs(TIME[change.argmax()] - event.epoch_days) <= 1 / 1440 + 1e-9


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_binaries_show_both_eclipses(seed):
    signal = EclipsingBinaries(depth=(0.1, 0.1), eccentric_shift=0.1)
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    middles = event.epoch_days + event.period_days * np.array([0.0, facts["secondary_phase"]])
    tides = 1.6 * facts["ellipsoidal"] + 1e-3
    expected = 1 - np.array([event.depth, facts["secondary_depth"]])
    np.testing.assert_allclose(signal.flux(middles, event), expected, atol=tides + 0.004)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, depth=st.floats(0.001, 0.3))
def test_spots_have_the_asked_range(seed, depth):
    signal = Spots(depth=(depth, depth))
    event = signal.draw(np.random.default_rng(seed), TIME)
    assert np.ptp(signal.flux(TIME, event)) == pytest.approx(depth, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, period=st.floats(0.03, 0.8))
def test_pulsators_have_the_asked_range_and_come_back_after_a_period(seed, period):
    for shape in ("sinusoid", "sawtooth"):
        signal = Pulsations(shapes=(shape,), period_days=(period, period))
        event = signal.draw(np.random.default_rng(seed), TIME)
        turn = TIME[0] + period * np.linspace(0, 1, 801)
        flux = signal.flux(turn, event)
        assert np.ptp(flux) == pytest.approx(event.depth, rel=2e-3)
        np.testing.assert_allclose(signal.flux(turn + 7 * period, event), flux, atol=1e-6 * event.depth + 1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_several_modes_stay_within_the_asked_range_and_the_strongest_has_the_period(seed):
    signal = Pulsations(shapes=("modes",), period_days=(0.1, 0.1), modes=(3, 6))
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    assert 3 <= len(facts["amplitudes"]) <= 6
    assert 2 * sum(facts["amplitudes"]) == pytest.approx(event.depth)
    assert facts["frequencies_per_day"][int(np.argmax(facts["amplitudes"]))] == pytest.approx(10)
    assert np.abs(signal.flux(TIME, event) - 1).max() <= event.depth / 2 * (1 + 1e-9)


def test_heartbeats_solve_keplers_equation():
    circular = heartbeat(TIME, epoch=1325, period=5, eccentricity=0.0, inclination=90, periastron=0)
    np.testing.assert_allclose(circular, 1 - 3 * np.cos(2 * np.pi * (TIME - 1325) / 5) ** 2, atol=1e-9)


@pytest.mark.parametrize("eccentricity", [0.3, 0.8, 0.95])
def test_heartbeats_follow_the_formula_with_keplers_equation_solved_by_bisection(eccentricity):
    phase = np.linspace(0, 1, 801)[1:-1]
    anomaly = np.array(
        [optimize.brentq(lambda x, p=p: x - eccentricity * np.sin(x) - 2 * np.pi * p, 0, 2 * np.pi) for p in phase]
    )
    distance = 1 - eccentricity * np.cos(anomaly)
    true = np.arctan2(np.sqrt(1 - eccentricity**2) * np.sin(anomaly), np.cos(anomaly) - eccentricity)
    expected = (1 - 3 * np.sin(np.radians(50)) ** 2 * np.cos(true - np.radians(30)) ** 2) / distance**3
    flux = heartbeat(1330 + 9 * phase, epoch=1330, period=9, eccentricity=eccentricity, inclination=50, periastron=30)
    np.testing.assert_allclose(flux, expected, rtol=1e-6, atol=1e-6 * np.abs(expected).max())


@settings(max_examples=30, deadline=None)
@given(rise=st.floats(0.001, 5), days=st.floats(0.1, 5))
def test_microlensing_is_symmetric_and_peaks_at_the_asked_height(rise, days):
    signal = Microlensing(depth=(rise, rise), einstein_days=(days, days))
    event = signal.draw(np.random.default_rng(0), TIME)
    away = np.linspace(0, 3, 50)
    np.testing.assert_allclose(
        signal.flux(event.epoch_days + away, event), signal.flux(event.epoch_days - away, event), rtol=1e-9
    )
    assert signal.flux(np.array([event.epoch_days]), event)[0] == pytest.approx(1 + rise, rel=1e-6)
