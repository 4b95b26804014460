"""Signals averaged over exposures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import Observed, PaperTransits, SyntheticDesign, generate
from clara_engine.synthetic.exposure import exposed
from clara_engine.synthetic.signals import Flares, Pulsations, Transits

SEEDS = st.integers(0, 2**31)


def grid(cadence_s: float, days: float = 20) -> np.ndarray:
    """Middles of exposures that fill the same time whatever their length."""
    return (np.arange(round(days * 86400 / cadence_s)) + 0.5) * cadence_s / 86400


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, minutes=st.floats(12, 60))
def test_the_energy_of_flares_does_not_depend_on_the_cadence(seed, minutes):
    signal = Flares(per_day=(0.05, 0.05), width_minutes=(minutes, minutes), slope=(0, 0))
    event = signal.draw(np.random.default_rng(seed), grid(1800, days=15))
    energies = [(exposed(signal, event, grid(s), s) - 1).sum() * s for s in (20, 120, 600, 1800)]
    np.testing.assert_allclose(energies, energies[0], rtol=0.02)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, period=st.floats(0.03, 0.3))
def test_a_sinusoid_loses_the_sinc_of_its_exposure(seed, period):
    signal = Pulsations(shapes=("sinusoid",), period_days=(period, period), depth=(0.01, 0.01))
    time = grid(1800)
    event = signal.draw(np.random.default_rng(seed), time)
    smeared = exposed(signal, event, time, 1800) - 1
    expected = (signal.flux(time, event) - 1) * np.sinc(1800 / 86400 / period)
    np.testing.assert_allclose(smeared, expected, atol=2e-5)


def test_short_exposures_are_taken_at_their_middle_and_published_transits_always():
    for signal, cadence in ((Transits(), 20), (Transits(), 120), (PaperTransits(), 1800)):
        event = signal.draw(np.random.default_rng(3), grid(cadence))
        np.testing.assert_array_equal(exposed(signal, event, grid(cadence), cadence), signal.flux(grid(cadence), event))


def test_injection_smears_over_the_exposures_of_the_host():
    time = grid(1800)
    host = LightCurve(time=time, flux=np.full(time.size, 800.0), target=Target(tic=1, cadence_s=1800))
    signal = Transits(depth=(0.01, 0.01), period_days=(1, 1), impact=(0, 0))
    made = generate(SyntheticDesign(name="x", curves=1, background=Observed(), signals=(signal,)), observed=[host])
    flux = made.light_curves[0].flux
    steps = np.unique(np.round(flux, 9)).size
    event = signal.draw(np.random.default_rng(np.random.SeedSequence(42).spawn(1)[0]), time)
    assert event.epoch_days == made.truth.loc[0, "epoch_days"]
    sharp = signal.flux(time, event)
    assert flux.mean() == pytest.approx(signal.flux(grid(60), event).mean(), abs=2e-6)
    assert np.abs(flux - sharp).max() > 1e-3
    assert steps > 2
