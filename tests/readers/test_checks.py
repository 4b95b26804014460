"""What every light curve is checked for."""

import numpy as np
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.checks import checked_flux, is_step, step_seconds

TIME = np.arange(10) * 120 / 86400


def test_the_step_is_the_median_one():
    assert step_seconds(np.r_[TIME, TIME[-1] + 5]) == pytest.approx(120)
    assert is_step(TIME, 100, 140)
    assert not is_step(TIME, 130, 140)


def test_times_that_do_not_advance_are_refused():
    with pytest.raises(UnreadableLightCurve, match="does not advance"):
        step_seconds(np.ones(5))


@pytest.mark.parametrize(
    ("flux", "why"),
    [
        (np.full(10, np.nan), "NaN throughout"),
        (np.r_[1.0, np.full(9, np.nan)], "one usable sample"),
        (np.ones(10), "constant|same"),
        (np.ones((10, 2)), "several numbers a row"),
    ],
)
def test_flux_without_anything_to_see_is_refused(flux, why):
    with pytest.raises(UnreadableLightCurve, match=why):
        checked_flux(TIME, flux, "FLUX")


def test_infinite_flux_is_none():
    found = checked_flux(TIME, np.r_[np.inf, np.arange(9.0)], "FLUX")
    assert np.isnan(found[0])
    assert np.array_equal(found[1:], np.arange(9.0))
