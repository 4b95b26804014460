"""The compiled search for boxes, against astropy's."""

import numpy as np
import pytest
from astropy.timeseries import BoxLeastSquares

from clara_engine.periods.box_kernel import best_boxes


@pytest.mark.parametrize("likeliest", [False, True])
@pytest.mark.parametrize("durations", [[0.08, 0.15, 0.28], [0.1]])
def test_the_best_box_at_each_period_is_that_of_astropy(likeliest: bool, durations: list[float]) -> None:
    rng = np.random.default_rng(3)
    time = np.sort(rng.uniform(0, 27, 3000))
    flux = 1e-3 * rng.standard_normal(time.size) - 4e-3 * (np.abs((time - 1.3) % 3.1 - 1.55) > 1.49)
    periods, lengths = np.geomspace(0.9, 14, 300), np.array(durations)
    theirs = BoxLeastSquares(time, flux, dy=1e-3).power(
        periods, lengths, objective="likelihood" if likeliest else "snr", method="fast", oversample=3
    )
    ours = best_boxes(time - time[0], flux, 1e-3, periods, lengths, bins=3, likeliest=likeliest)
    np.testing.assert_allclose(ours.snr, theirs.depth_snr, rtol=1e-9)
    np.testing.assert_allclose(ours.depth, theirs.depth, rtol=1e-9)
    np.testing.assert_allclose(ours.duration_days, theirs.duration)
    turns = (ours.middle_days + time[0] - theirs.transit_time) / periods
    same = np.abs(turns - np.round(turns)) < 1e-9
    assert same.mean() > 0.97  # beside an empty bin two boxes hold the same samples
    assert np.argmax(ours.score) == np.argmax(theirs.power)


def test_samples_that_leave_nothing_beside_a_box_have_none() -> None:
    boxes = best_boxes(np.array([0.0, 0.1]), np.ones(2), 1.0, np.array([5.0]), np.array([1.0]), bins=3)
    assert np.isnan(boxes.depth).all()
    assert np.isnan(boxes.score).all()
