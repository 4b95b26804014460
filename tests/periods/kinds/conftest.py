"""Made-up stars of every kind."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target

SPAN = 26.0
SUN = {"teff": 5700.0, "radius": 1.0, "logg": 4.44}


@pytest.fixture(scope="session")
def made():
    """A light curve of some relative flux as a function of time [days], with noise, a gap, and facts of the star."""

    def curve(flux, *, noise=3e-4, minutes=10.0, seed=2, span=SPAN, **facts):
        time = np.arange(0, span, minutes / 1440)
        time = time[(time < 12.6) | (time > 13.6)]
        whole = 1 + flux(time) + np.random.default_rng(seed).normal(0, noise, time.size)
        target = Target(tic=1, sector=1, cadence_s=60 * minutes, simulated=True, **(SUN | facts))
        return LightCurve(time=1325 + time, flux=1e4 * whole, target=target)

    return curve


@pytest.fixture(scope="session")
def dips():
    """Trapezoid dips as a function of time: period, depth, duration, epoch, share of slopes."""

    def lost(period, depth, duration, epoch=1.3, slopes=0.3):
        def at(time):
            away = np.abs((time - epoch + period / 2) % period - period / 2)
            return -depth * np.clip((duration / 2 - away) / (slopes * duration / 2), 0, 1)

        return at

    return lost
