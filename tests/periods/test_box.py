"""The box search against a direct sum."""

import numpy as np
import pytest

from clara_engine.periods import box_search
from clara_engine.timeseries import good_samples


def test_box_search_agrees_with_a_direct_sum(star):
    """The signal-to-noise of the best box against depth over error, computed by hand."""
    flat = good_samples(star(3.7, 5e-3, slopes=0.01, noise=2e-4))
    peak = box_search(flat).peaks[0]
    away = np.abs(peak.ephemeris.away_days(flat.time))
    inside = away < peak.ephemeris.duration_days / 2
    depth = flat.flux[~inside].mean() - flat.flux[inside].mean()
    assert peak.depth_ppm == pytest.approx(1e6 * depth, rel=0.15)
    assert peak.snr == pytest.approx(depth / 2e-4 * np.sqrt(inside.sum()), rel=0.25)
