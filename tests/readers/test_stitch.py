"""Sectors of a star stitched to one light curve."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import stitch


def sector(number, level, samples=100, tic=7, cadence_s=120.0, **more):
    rng = np.random.default_rng(number)
    time = 1325 + 27 * number + np.arange(samples) * cadence_s / 86400
    target = Target(tic=tic, sector=number, cadence_s=cadence_s)
    return LightCurve(time=time, flux=level * rng.normal(1, 1e-3, samples), target=target, **more)


def test_stitched_sectors_are_each_normalised():
    centroid = np.random.default_rng(0).normal(500, 0.01, 100)
    parts = [sector(3, 50.0, centroid_column=centroid, centroid_row=centroid), sector(1, 1e4, cadence_s=20.0)]
    whole = stitch(parts)
    assert whole.target.id == "7-s0000-SPOC-20"
    assert np.all(np.diff(whole.time) > 0)
    for part in parts:
        mine = np.isin(whole.time, part.time)
        assert np.median(whole.flux[mine]) == pytest.approx(1)
        np.testing.assert_allclose(whole.flux[mine], part.flux / np.median(part.flux))
    assert whole.centroid_column is None  # one sector has none
    assert whole.flux_unit == "relative"


@pytest.mark.parametrize(
    ("curves", "message"),
    [
        ([], "nothing to stitch"),
        ([sector(1, 1.0), sector(2, 1.0, tic=8)], "TIC 7, TIC 8 are several stars"),
        ([sector(1, 1.0), sector(1, 1.0)], "were observed at the same time"),
        ([sector(1, 1.0), sector(2, -1.0)], "not above 0"),
    ],
)
def test_what_can_not_be_stitched(curves, message):
    with pytest.raises(UnreadableLightCurve, match=message):
        stitch(curves)
