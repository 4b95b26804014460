"""Dynamic time warping against its recurrence, written plainly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import pdist, squareform

from clara_engine.clusters import distances, dtw_distances
from clara_engine.errors import Cancelled, FeatureError


def plain_dtw(a, b, reach):
    cost = np.full((a.size + 1, b.size + 1), np.inf)
    cost[0, 0] = 0
    for i in range(a.size):
        for j in range(max(0, i - reach), min(b.size, i + reach + 1)):
            step = min(cost[i, j], cost[i, j + 1], cost[i + 1, j])
            cost[i + 1, j + 1] = (a[i] - b[j]) ** 2 + step
    return np.sqrt(cost[-1, -1])


@pytest.mark.parametrize("window", [0.0, 0.1, 0.25, 1.0])
def test_distances_are_those_of_the_recurrence(window):
    curves = np.random.default_rng(2).normal(size=(9, 20))
    expected = [plain_dtw(curves[i], curves[j], round(window * 20)) for i in range(9) for j in range(i + 1, 9)]
    np.testing.assert_allclose(dtw_distances(curves, window=window), expected, rtol=1e-9)
    if window == 0:
        np.testing.assert_allclose(expected, pdist(curves))


def test_blocks_change_nothing(monkeypatch):
    curves = np.random.default_rng(3).normal(size=(40, 15))
    whole = dtw_distances(curves)
    told = []
    monkeypatch.setattr(distances, "PAIRS_A_BLOCK", 100)
    parts = dtw_distances(curves, progress=lambda done, total: told.append(done / total))
    np.testing.assert_array_equal(parts, whole)
    assert len(told) > 5
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1, abs=0.01)


@given(arrays(np.float64, (4, 12), elements=st.floats(-100, 100)))
def test_distances_are_symmetric_and_no_longer_than_euclidean(curves):
    found = dtw_distances(curves, window=0.2)
    assert (found <= pdist(curves) * (1 + 1e-9) + 1e-9).all()
    np.testing.assert_allclose(squareform(dtw_distances(curves[::-1], window=0.2))[::-1, ::-1], squareform(found))


def test_too_many_curves_and_a_stop():
    with pytest.raises(FeatureError, match="select at most"):
        dtw_distances(np.zeros((distances.MOST_CURVES + 1, 2)))

    def stop(done, total):
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        dtw_distances(np.zeros((5, 4)), progress=stop)
    assert dtw_distances(np.zeros((1, 4))).size == 0
