"""What peers are given: light curves in bins, without slow changes."""

import numpy as np
import pytest

from clara_engine.evaluate.peers.peer import Peer, PeerAbsent, flattened_bins, needed
from clara_engine.lightcurve import LightCurve, Target


def test_bins_keep_the_mean_and_lose_slow_changes():
    time = np.arange(0, 20, 2 / 1440)
    slow = 1 + 0.05 * np.sin(2 * np.pi * time / 12)
    noise = np.random.default_rng(1).normal(0, 1e-3, time.size)
    middles, flux = flattened_bins(LightCurve(time=time, flux=slow + noise, target=Target(tic=1)), 20.0)
    assert np.diff(middles) == pytest.approx(np.full(middles.size - 1, 20 / 1440))
    assert np.median(flux) == pytest.approx(1, abs=3e-4)
    assert flux.std() == pytest.approx(1e-3 / np.sqrt(10), rel=0.3)


def test_a_package_that_is_not_there_has_no_version_and_is_named():
    assert Peer("x", "", (), "no-such-distribution").version() == ""
    assert Peer("x", "", (), "numpy").version() == np.__version__
    with pytest.raises(PeerAbsent, match="no-such is not installed: pip install"):
        needed("no_such_module_here", "no-such")
