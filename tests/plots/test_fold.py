"""The fold runs from phase −0.25 to 0.75."""

import numpy as np
import pytest

from clara_engine import plots
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, fold
from clara_engine.periods.fold import FIRST_PHASE
from clara_engine.plots.fold import drawn_fold

BINARY = Ephemeris(2.5, 1326.3, 0.2)
TIME = 1325 + np.arange(0, 27, 2 / 1440)


@pytest.fixture(scope="module")
def curve() -> LightCurve:
    """Eclipses of 4 % at phase 0 and 1 % at 0.5."""
    second = Ephemeris(2.5, BINARY.epoch_btjd + 1.25)
    flux = 1 - 0.04 * (np.abs(BINARY.away_days(TIME)) < 0.1) - 0.01 * (np.abs(second.away_days(TIME)) < 0.1)
    return LightCurve(time=TIME, flux=flux, target=Target(tic=1))


@pytest.mark.parametrize("view", ["phase", "secondary"])
def test_no_eclipse_is_cut_in_two(view: str, curve: LightCurve) -> None:
    shown = drawn_fold(curve, BINARY, view)
    assert shown.x.min() >= -0.25
    assert shown.x.max() < 0.75
    for at, depth in ((0.0, 40_000), (0.5, 10_000)):
        inside = np.abs(shown.x - at) < 0.039
        assert inside.sum() > 0.07 * TIME.size
        np.testing.assert_allclose(shown.flux_ppm[inside], -depth, rtol=1e-6)
    ends = plots.fold(shown).opts.get("plot").kwargs["xlim"]
    assert ends == pytest.approx((-0.25, 0.75))


def test_samples_on_both_sides_of_the_wrap_keep_their_cycle() -> None:
    epoch, period = 1326.0, 2.0
    near = np.array([-0.2501, -0.2499, 0.0, 0.7499, 0.7501, 0.9])
    folded = fold(
        LightCurve(time=epoch + period * near, flux=np.ones(6), target=Target(tic=1)),
        period,
        epoch,
        first_phase=FIRST_PHASE,
    )
    np.testing.assert_allclose(folded.phase, [0.7499, -0.2499, 0.0, 0.7499, -0.2499, -0.1], atol=1e-9)
    np.testing.assert_array_equal(folded.cycle, [-1, 0, 0, 0, 1, 1])
