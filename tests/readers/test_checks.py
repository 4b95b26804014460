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


@pytest.mark.parametrize("missing", [[], [100, 300, 301, 800]])
def test_rounded_times_have_the_step_that_they_were_rounded_from(missing):
    whole = np.delete(1325.0 + np.arange(2000) * 120 / 86400, missing)
    rounded = whole.astype(np.float32).astype(float)
    assert np.median(np.diff(rounded)) * 86400 < 117
    assert step_seconds(rounded) == pytest.approx(120, rel=2e-3)
    assert step_seconds(whole.round(4)) == pytest.approx(120, rel=2e-3)
    assert step_seconds(whole) == pytest.approx(120, rel=1e-6)


def test_times_that_have_lost_their_digits_are_refused():
    julian = (2458325.0 + np.arange(2000) * 120 / 86400).astype(np.float32).astype(float)
    with pytest.raises(UnreadableLightCurve, match="TIME has lost digits"):
        step_seconds(julian)
