"""Limb-darkened transits against formulae: the area of overlapping circles, and the centre of a darkened star."""

import numpy as np
import pytest

from clara_engine.synthetic.limb_darkened import transit_flux

pytest.importorskip("batman", reason="transits need batman: pip install batman-package")


def flux(time, *, ratio=0.1, axis=12.0, impact=0.0, limb=(0.0, 0.0)):
    inclination = np.degrees(np.arccos(impact / axis))
    return transit_flux(
        np.asarray(time, float),
        epoch=3.0,
        period=4.0,
        radius_ratio=ratio,
        scaled_axis=axis,
        inclination=inclination,
        limb_darkening=limb,
    )


def overlap(distance, ratio):
    """Area of a unit circle that a circle of radius `ratio` covers, by the formula of the lens."""
    if distance >= 1 + ratio:
        return 0.0
    if distance <= 1 - ratio:
        return np.pi * ratio**2
    first = ratio**2 * np.arccos((distance**2 + ratio**2 - 1) / (2 * distance * ratio))
    second = np.arccos((distance**2 + 1 - ratio**2) / (2 * distance))
    kite = (
        np.sqrt((1 + ratio - distance) * (distance + ratio - 1) * (distance - ratio + 1) * (distance + ratio + 1)) / 2
    )
    return first + second - kite


@pytest.mark.parametrize("impact", [0.0, 0.5, 0.95])
def test_a_star_of_even_brightness_loses_the_covered_area(impact):
    time = np.linspace(2.85, 3.15, 61)
    angle = 2 * np.pi * (time - 3.0) / 4.0
    distance = np.hypot(12.0 * np.sin(angle), impact * np.cos(angle))
    expected = [1 - overlap(one, 0.1) / np.pi for one in distance]
    np.testing.assert_allclose(flux(time, impact=impact), expected, atol=2e-6)


def test_a_small_planet_before_the_centre_hides_the_brightness_of_the_centre():
    first, second = 0.4, 0.25
    mean = 1 - first / 3 - second / 6  # of the disk, in units of its centre
    depth = 1 - flux([3.0], ratio=0.01, limb=(first, second))[0]
    assert depth == pytest.approx(0.01**2 / mean, rel=1e-3)


def test_it_repeats_after_a_period_and_nothing_happens_on_the_far_side():
    assert flux([3.0]) == pytest.approx(flux([7.0]), abs=1e-12)
    assert flux([1.0, 5.0]).tolist() == [1.0, 1.0]
