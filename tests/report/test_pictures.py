"""Pictures of reports are whole PNGs with something drawn."""

import base64
import io

import matplotlib.image
import numpy as np
import pytest

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, find_periods
from clara_engine.report.pictures import fold_png, light_curve_png, periodogram_png

TIME = np.arange(0, 20, 10 / 1440)
FLUX = 1 + np.random.default_rng(1).normal(0, 1e-3, TIME.size) - 0.01 * (((TIME - 1) % 3.0) < 0.15)


def curve(**changes):
    return LightCurve(time=TIME, flux=changes.pop("flux", FLUX), target=Target(tic=1), **changes)


def pixels(address):
    head, _, content = address.partition(",")
    assert head == "data:image/png;base64"
    return matplotlib.image.imread(io.BytesIO(base64.b64decode(content)))


def ink(address):
    """How many pixels are not as light as the ground."""
    image = pixels(address)
    return int((image[..., :3].min(axis=-1) < 0.6).sum())


def test_a_light_curve_shows_its_good_samples():
    flagged = curve(quality=np.where(np.arange(TIME.size) < TIME.size // 2, 1, 0))
    assert ink(light_curve_png(curve())) > 1.3 * ink(light_curve_png(flagged))


def test_the_periodogram_marks_the_period():
    search = find_periods(curve())
    plain, marked = (pixels(periodogram_png(search, period)) for period in (None, 3.0))
    assert plain.shape == marked.shape
    assert (plain != marked).any()
    assert np.array_equal(plain, pixels(periodogram_png(search, np.nan)))


@pytest.mark.parametrize("period", [3.0, np.nan])
def test_a_fold_and_a_single_event(period):
    assert ink(fold_png(curve(), Ephemeris(period, 1.07, 0.15))) > 1000
