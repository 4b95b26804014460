"""Every kind of signal: finite, as large as asked, and at moments within exposures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

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
from clara_engine.synthetic.signals.drawing import inside

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
