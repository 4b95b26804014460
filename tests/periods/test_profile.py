"""Profiles of events against closed forms."""

import numpy as np
import pytest

from clara_engine.periods.profile import occultation, seen, trapezoid
from clara_engine.synthetic.shapes import transit, transit_duration


def test_a_trapezoid_has_straight_slopes():
    profile = trapezoid(0.5)
    np.testing.assert_allclose(profile(np.array([-1.2, -1, -0.75, -0.5, 0, 0.5, 0.9, 1])), [0, 0, 0.5, 1, 1, 1, 0.2, 0])


@pytest.mark.parametrize(("ratio", "impact"), [(0.05, 0.0), (0.1, 0.6), (0.12, 0.85)])
def test_discs_look_like_a_transit_of_a_wide_orbit(ratio, impact):
    axis, period = 60.0, 40.0
    shape = {"period": period, "radius_ratio": ratio, "scaled_axis": axis, "impact": impact * (1 + ratio)}
    duration = transit_duration(**shape)
    time = np.linspace(-0.6, 0.6, 301) * duration
    lost = 1 - transit(time, epoch=0.0, limb_darkening=(0.3, 0.25), **shape)
    profile = occultation(ratio, impact, (0.3, 0.25))(2 * time / duration)
    np.testing.assert_allclose(profile, lost / lost.max(), atol=0.02)


def test_an_exposure_sees_the_mean():
    profile = trapezoid(1.0)
    place = np.linspace(-1.5, 1.5, 31)
    many = np.mean([profile(place + off * 0.4) for off in (np.arange(400) + 0.5) / 400 - 0.5], axis=0)
    np.testing.assert_allclose(seen(profile, place, np.full(31, 0.4))[0], many, atol=0.03)
    np.testing.assert_allclose(seen(profile, place, np.full(31, 1e-3))[0], profile(place), atol=1e-15)


def test_changes_with_place_and_length_are_those_of_differences():
    profile, step = occultation(0.2, 0.4, (0.3, 0.25)), 1e-6
    place = np.linspace(-1.3, 1.3, 27) + 0.0123
    exposure = np.full(27, 0.1)
    share, by_place, by_length = seen(profile, place, exposure)
    later = seen(profile, place + step, exposure)[0]
    np.testing.assert_allclose(by_place, (later - share) / step, atol=1e-4)
    longer = seen(profile, place / (1 + step), exposure / (1 + step))[0]
    np.testing.assert_allclose(by_length, (longer - share) / step, atol=1e-4)
