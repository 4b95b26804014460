"""Ends of a flux axis, and the arrows where samples leave it."""

import numpy as np
import pytest

from clara_engine import plots
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.plots.samples import MOST_ARROWS, robust_limits
from clara_engine.plots.theme import PALETTES
from tests.plots.test_points import parts

TIME = 1325 + np.arange(0, 27, 2 / 1440)
NOISE = 500.0


def noise(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, NOISE, TIME.size)


def test_noise_alone_leaves_no_end() -> None:
    flux = noise()
    low, high = robust_limits(flux)
    assert low < flux.min() < flux.max() < high


def test_a_flare_and_a_wrong_sample_move_no_end_and_a_rare_dip_is_whole() -> None:
    flux = noise()
    flux[4000:4020] += 80_000 * np.exp(-np.arange(20) / 6)
    flux[9000] = -60_000
    low, high = robust_limits(flux)
    assert -7 * NOISE < low < high < 7 * NOISE
    flux[12_000:12_060] -= 9000  # two hours of a month
    assert -10_000 > robust_limits(flux)[0] > -13_000


def test_an_eclipsing_binary_is_whole() -> None:
    flux = noise() - 300_000 * (np.abs((TIME - 1326) % 13.0) < 0.08)
    assert robust_limits(flux)[0] < -295_000


@pytest.mark.parametrize("values", [[], [np.nan], [3.0], [2.0] * 40])
def test_few_or_equal_samples_have_ends_too(values: list[float]) -> None:
    low, high = robust_limits(np.array(values))
    assert low < high


def test_arrows_stand_where_a_flare_leaves_the_plot() -> None:
    flux = 1 + 1e-6 * noise()
    flux[4000:4020] += 0.08
    flux[9000] -= 0.05
    drawn = plots.light_curve(LightCurve(time=TIME, flux=flux, target=Target(tic=1)))
    *_, above, below = parts(drawn, "Scatter")
    assert (above.group, below.group) == ("Above", "Below")
    high = drawn.opts.get("plot").kwargs["ylim"][1]
    step = 27 / MOST_ARROWS
    assert np.abs(above["time"] - TIME[4010]).max() < step
    assert np.abs(below["time"] - TIME[9000]).max() < step
    assert 0.9 * high < above["flux"][0] < high
    style = above.opts.get("style").kwargs
    assert (style["marker"], style["color"]) == ("triangle", PALETTES[False].warn)


def test_a_plot_that_is_wholly_above_has_no_more_arrows_than_fit() -> None:
    curve = LightCurve(time=TIME, flux=1 + 1e-6 * noise(), target=Target(tic=1))
    *_, above, below = [*parts(plots.light_curve(curve, flux_ends=(-2e5, -1e5)), "Scatter"), None]
    assert above.group == "Above"
    assert below is None
    assert len(above) <= MOST_ARROWS + 9
