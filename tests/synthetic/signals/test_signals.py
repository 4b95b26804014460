"""Every kind of signal: what was asked for comes out of the flux."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.errors import DesignError
from clara_engine.synthetic import shapes
from clara_engine.synthetic.signals import (
    ComplexFlares,
    ContactBinaries,
    Dips,
    DrawnShape,
    EclipsingBinaries,
    Faults,
    Flares,
    GrazingTransits,
    Heartbeats,
    IrregularDips,
    Microlensing,
    Pulsations,
    SingleTransits,
    Spots,
    Transits,
    TrapezoidEclipses,
    read_points,
)
from clara_engine.synthetic.signals.heartbeat import heartbeat
from clara_engine.synthetic.signals.transits import scaled_axis

TIME = 1325 + np.arange(0, 27, 2 / 1440)
KINDS = [
    Transits(), SingleTransits(), EclipsingBinaries(), ContactBinaries(), Flares(), Dips(), Spots(), Pulsations(),
    Heartbeats(), Microlensing(), Faults(), DrawnShape(points=((0, 0), (0.5, -1), (1, 0))), GrazingTransits(),
    TrapezoidEclipses(), ComplexFlares(), IrregularDips(),
]  # fmt: skip
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
def test_what_happens_once_happens_where_there_are_samples(seed):
    gap = TIME[(TIME < 1332) | (TIME > 1348)]
    for signal in (SingleTransits(), Microlensing()):
        event = signal.draw(np.random.default_rng(seed), gap)
        assert np.abs(gap - event.epoch_days).min() == 0
    for kind, name in ((Flares(), "peaks_days"), (Dips(periodic_share=0), "centres_days")):
        for place in kind.draw(np.random.default_rng(seed), gap).parameters[name]:
            assert np.abs(gap - place).min() < 1e-9


@settings(max_examples=30, deadline=None)
@given(height=st.floats(0.001, 1), width=st.floats(0.01, 0.2), offset=st.floats(0, 0.02))
def test_the_energy_of_a_flare_does_not_depend_on_the_cadence(height, width, offset):
    """Integrated over exposures, as detectors do, a flare keeps its energy at any cadence."""
    energies = []
    for seconds in (20, 120, 1800):
        step = seconds / 86400
        fine = 10 + offset + np.arange(-0.5, 12.5, step / 40)
        exposures = (shapes.flare(fine, peak=10.3, width=width, amplitude=height) - 1).reshape(-1)
        usable = exposures.size // 40 * 40
        energies.append(exposures[:usable].reshape(-1, 40).mean(axis=1).sum() * step)
    np.testing.assert_allclose(energies, energies[0], rtol=5e-3)


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
@given(seed=SEEDS)
def test_variables_have_the_asked_range_and_come_back_after_a_period(seed):
    spots, pulsator = Spots(count=(1, 1)), Pulsations(shapes=("sinusoid",))
    event = spots.draw(np.random.default_rng(seed), TIME)
    assert np.ptp(spots.flux(TIME, event)) == pytest.approx(event.depth, rel=1e-6)
    event = pulsator.draw(np.random.default_rng(seed), TIME)
    assert np.ptp(pulsator.flux(TIME, event)) == pytest.approx(event.depth, rel=0.05)
    later = pulsator.flux(TIME + event.period_days, event)
    np.testing.assert_allclose(later, pulsator.flux(TIME, event), atol=1e-6 * event.depth + 1e-9)


def test_heartbeats_solve_keplers_equation():
    circular = heartbeat(TIME, epoch=1325, period=5, eccentricity=0.0, inclination=90, periastron=0)
    np.testing.assert_allclose(circular, 1 - 3 * np.cos(2 * np.pi * (TIME - 1325) / 5) ** 2, atol=1e-9)
    eccentric = heartbeat(TIME, epoch=1330, period=9, eccentricity=0.7, inclination=50, periastron=30)
    assert (
        np.abs(TIME[np.abs(eccentric).argmax()] - 1330) % 9 < 0.5
        or np.abs(TIME[np.abs(eccentric).argmax()] - 1339) < 0.5
    )


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


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(-5, 5)), min_size=3, max_size=30, unique_by=lambda point: point[0])
)
def test_a_drawn_shape_goes_through_its_points(points):
    if max(abs(change) for _, change in points) < 1e-6:
        return
    signal = DrawnShape(points=tuple(points), depth=(0.01, 0.01))
    event = signal.draw(np.random.default_rng(1), TIME)
    inner = [(phase, change) for phase, change in points if phase < 0.99]
    phase, change = np.array(inner).T
    reached = signal.flux(event.epoch_days + (3 + phase) * event.period_days, event) - 1
    scale = 0.01 / max(abs(change) for _, change in points)
    places = np.sort([phase for phase, _ in points])
    if np.diff([*places, places[0] + 1]).min() > 1e-3:
        np.testing.assert_allclose(reached, change * scale, atol=2e-5)


def test_shapes_are_read_from_csv_and_bad_ones_refused():
    assert read_points("phase,flux\n0,0\n0.5;-1\n1,0\n") == ((0.0, 0.0), (0.5, -1.0), (1.0, 0.0))
    assert read_points("0,0\n0.5,-1\n1,0")[1] == (0.5, -1.0)
    for text in ("a,b\nc,d", "1\n2\n3", ""):
        with pytest.raises(DesignError, match=r"two columns|out of range"):
            DrawnShape(points=read_points(text))
    for points, words in [
        (((0, 0), (2, 1), (1, 0)), "go from 0 to 1"),
        (((0, 0), (0.5, 0), (1, 0)), "all 0"),
        (((0, 0), (0.5, float("nan")), (1, 0)), "NaN"),
    ]:
        with pytest.raises(DesignError, match=words):
            DrawnShape(points=points)
