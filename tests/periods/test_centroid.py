"""Shifts of the centroid in the events."""

import pytest

from clara_engine import LightCurve
from clara_engine.errors import FeatureError
from clara_engine.periods import (
    Ephemeris,
    centroid_shift,
)

TRUE = Ephemeris(3.7, 1326.3, 0.12)


@pytest.mark.parametrize("pixels", [0.0, 2.0])
def test_the_centroid_of_another_source(star, pixels):
    found = centroid_shift(star(depth=0.02, shift=pixels), TRUE, 20_000)
    assert abs(found.per_depth - pixels * 0.85) < 5 * found.per_depth_error + 0.1
    assert found.elsewhere == (pixels > 0.5)
    assert found.events >= 6
    if pixels:
        assert found.column_pixel == pytest.approx(0.85 * 0.02 * pixels, rel=0.2)
        assert abs(found.row_pixel) < 5 * found.row_error_pixel


def test_centroids_that_can_not_be_compared(star):
    curve = star()
    bare = LightCurve(time=curve.time, flux=curve.flux, target=curve.target)
    with pytest.raises(FeatureError, match="no centroids"):
        centroid_shift(bare, TRUE, 5000)
    with pytest.raises(FeatureError, match="depth above 0"):
        centroid_shift(curve, TRUE, -1)
