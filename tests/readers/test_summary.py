"""What one light curve of a file is."""

import numpy as np

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.summary import Summary


def test_usable_samples_count():
    curve = LightCurve(time=[3.0, 1.0, np.nan, 2.0], flux=[1.0, np.nan, 1.0, 1.0], target=Target(tic=7))
    summary = Summary.of(curve)
    assert (summary.begin_btjd, summary.end_btjd, summary.samples) == (2.0, 3.0, 2)
    assert summary.target.tic == 7
