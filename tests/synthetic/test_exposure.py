"""Signals averaged over exposures, against quadratures that know nothing of how it is done."""

from dataclasses import replace

import batman
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import EVENTS, Observed, PaperTransits, SyntheticDesign, generate_each
from clara_engine.synthetic.exposure import exposed, mean_of_line
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

SEEDS = st.integers(0, 2**31)
SIGNALS = [
    Transits(),
    SingleTransits(),
    EclipsingBinaries(),
    ContactBinaries(),
    Flares(width_minutes=(1, 40)),
    Dips(),
    Spots(),
    Pulsations(),
    Heartbeats(),
    Microlensing(),
    Microlensing(depth=(50, 500), einstein_days=(0.3, 1)),
    Exocomets(),
    Faults(),
    DrawnShape(points=((0, 0), (0.49, 0), (0.5, -1), (0.51, -0.2), (1, 0))),
    DrawnShape(points=((0, 0), (0.4, -1), (1, -0.5)), repeats=False),
    GrazingTransits(),
    TrapezoidEclipses(),
    ComplexFlares(),
    IrregularDips(),
    ShortTails(),
]


def grid(cadence_s: float, days: float = 20) -> np.ndarray:
    """Middles of exposures that fill the same time whatever their length."""
    return (np.arange(round(days * 86400 / cadence_s)) + 0.5) * cadence_s / 86400


@pytest.mark.parametrize("cadence_s", [20, 120, 1800])
@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.kind)
def test_every_kind_agrees_with_a_fine_mean(signal, cadence_s):
    """2000 instants an exposure, at the exposures where most happens and around them."""
    for seed in range(3):
        time = grid(cadence_s, days=14)
        event = signal.draw(np.random.default_rng(seed), time)
        if event.shape in ("drift", "spots"):  # their level depends on all times
            continue
        got = exposed(signal, event, time, cadence_s)
        assert got.shape == time.shape
        change = np.abs(np.gradient(got)) + np.abs(got - np.median(got))
        chosen = np.unique(np.r_[np.argsort(change)[-6:], np.argsort(np.abs(np.gradient(got)))[-6:], 0, time.size - 1])
        offsets = ((np.arange(2000) + 0.5) / 2000 - 0.5) * cadence_s / 86400
        fine = signal.flux((time[chosen, None] + offsets).ravel(), event).reshape(chosen.size, -1).mean(axis=1)
        size = max(np.ptp(got), np.abs(got - 1).max())
        np.testing.assert_allclose(got[chosen], fine, atol=0.004 * size, err_msg=repr(event))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, minutes=st.floats(0.5, 60), cadence=st.sampled_from([20.0, 120.0, 600.0, 1800.0]))
def test_the_energy_of_flares_does_not_depend_on_the_cadence(seed, minutes, cadence):
    signal = Flares(per_day=(0.05, 0.05), width_minutes=(minutes, minutes), slope=(0, 0))
    event = signal.draw(np.random.default_rng(seed), grid(1800, days=15)[100:600])
    energy = (exposed(signal, event, grid(cadence, days=15), cadence) - 1).sum() * cadence / 86400
    facts = event.parameters
    assert energy == pytest.approx(2.1479 * np.dot(facts["heights"], facts["widths_days"]), rel=0.005)


@pytest.mark.parametrize(("minutes", "too_high"), [(1.5, 1.67), (2, 1.46), (3, 1.26), (5, 1.11)])
def test_a_short_flare_is_lower_than_its_template(minutes, too_high):
    """How much too high two-minute flares came out, on a sample and not integrated; mean over when they happen."""
    signal = Flares(width_minutes=(minutes, minutes), depth=(0.1, 0.1))
    time = grid(120, days=1)
    event = signal.draw(np.random.default_rng(1), time[300:400])
    one = {name: [event.parameters[name][0]] for name in ("peaks_days", "heights", "widths_days")}
    shifts = np.linspace(0, 120, 40, endpoint=False) / 86400
    highest = [(exposed(signal, replace(event, parameters=one), time + shift, 120) - 1).max() for shift in shifts]
    assert 0.1 / np.mean(highest) == pytest.approx(too_high, abs=0.02)


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, cadence=st.sampled_from([20.0, 120.0, 200.0, 1800.0]))
def test_transits_agree_with_batman_supersampled(seed, cadence):
    signal = Transits(period_days=(1, 4))
    event = signal.draw(np.random.default_rng(seed), grid(cadence))
    time = event.epoch_days + np.arange(-100, 100) * cadence / 86400 + 1e-4
    orbit, facts = batman.TransitParams(), event.parameters
    orbit.t0, orbit.per, orbit.rp, orbit.a = (
        event.epoch_days,
        event.period_days,
        facts["radius_ratio"],
        facts["scaled_axis"],
    )
    orbit.inc = np.degrees(np.arccos(facts["impact"] / facts["scaled_axis"]))
    orbit.ecc, orbit.w, orbit.limb_dark, orbit.u = 0, 90, "quadratic", facts["limb_darkening"]
    expected = batman.TransitModel(orbit, time, supersample_factor=801, exp_time=cadence / 86400).light_curve(orbit)
    np.testing.assert_allclose(exposed(signal, event, time, cadence), expected, atol=0.003 * event.depth)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, period=st.floats(0.03, 0.3), cadence=st.sampled_from([120.0, 1800.0]))
def test_a_sinusoid_loses_the_sinc_of_its_exposure(seed, period, cadence):
    signal = Pulsations(shapes=("sinusoid",), period_days=(period, period), depth=(0.01, 0.01))
    time = grid(cadence)
    event = signal.draw(np.random.default_rng(seed), time)
    expected = (signal.flux(time, event) - 1) * np.sinc(cadence / 86400 / period)
    np.testing.assert_allclose(exposed(signal, event, time, cadence) - 1, expected, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(
    corners=st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=2, max_size=6),
    length=st.floats(0.01, 0.9),
    at=st.floats(-3, 3),
    periodic=st.booleans(),
)
def test_lines_are_integrated_exactly(corners, length, at, periodic):
    nodes, values = np.array(sorted(corners)).T
    values[-1] = values[0] if periodic else values[-1]
    period = float(np.ptp(nodes)) + 1.0 if periodic else np.inf

    def line(x):
        middle = (nodes[0] + nodes[-1]) / 2
        folded = x - period * np.round((x - middle) / period) if periodic else x
        return np.interp(folded, nodes, values)

    corners_inside = [n + k * period for n in nodes for k in range(-6, 7)] if periodic else list(nodes)
    points = [p for p in corners_inside if at - length / 2 < p < at + length / 2]
    expected = quad(line, at - length / 2, at + length / 2, points=points or None, limit=200)[0] / length
    assert mean_of_line(np.array([at]), length, nodes, values, period)[0] == pytest.approx(expected, abs=2e-6)


def test_published_transits_are_taken_at_the_middle_of_an_exposure():
    signal = PaperTransits()
    for cadence in (120, 1800):
        event = signal.draw(np.random.default_rng(3), grid(cadence))
        np.testing.assert_array_equal(exposed(signal, event, grid(cadence), cadence), signal.flux(grid(cadence), event))


def test_an_unknown_cadence_is_the_step_between_samples():
    signal = Transits(period_days=(1, 1), depth=(0.01, 0.01))
    time = grid(1800)
    event = signal.draw(np.random.default_rng(3), time)
    np.testing.assert_allclose(exposed(signal, event, time, np.nan), exposed(signal, event, time, 1800), atol=1e-9)
    assert np.isfinite(exposed(signal, event, time[:1], np.nan)).all()


def test_injection_smears_over_the_exposures_of_the_host():
    time = grid(1800)
    host = LightCurve(time=time, flux=np.full(time.size, 800.0), target=Target(tic=1, cadence_s=1800))
    signal = Transits(depth=(0.01, 0.01), period_days=(1, 1), impact=(0, 0))
    design = SyntheticDesign(name="x", curves=1, background=Observed(), signals=(signal,))
    ((curve, event),) = generate_each(design, observed=[host])
    flux = curve.flux
    assert flux.mean() == pytest.approx(signal.flux(grid(60), event).mean(), abs=2e-6)
    assert np.abs(flux - signal.flux(time, event)).max() > 1e-3
    assert np.unique(np.round(flux, 9)).size > 2


def test_every_event_of_the_wheel_is_checked_here():
    assert {type(s) for signals in EVENTS.values() for s in signals} <= {type(s) for s in SIGNALS}
