"""Made-up stars with known events."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target

SPAN = 27.0
KINDS_SPAN = 26.0
SUN = {"teff": 5700.0, "radius": 1.0, "logg": 4.44}


@pytest.fixture
def star():
    """A light curve with trapezoidal dips, an optional second kind at half phase, a wave, and noise."""

    def made(
        period=3.7,
        depth=5e-3,
        duration=0.12,
        epoch=1.3,
        *,
        second=0.0,
        slopes=0.3,
        noise=3e-4,
        wave=0.0,
        wave_period=5.0,
        cadence_minutes=10.0,
        shift=0.0,
        seed=1,
        **facts,
    ):
        rng = np.random.default_rng(seed)
        time = np.arange(0, SPAN, cadence_minutes / 1440)
        time = time[(time < 12.6) | (time > 13.8)]

        def dip(at):
            away = np.abs((time - at + period / 2) % period - period / 2)
            return np.clip((duration / 2 - away) / (slopes * duration / 2), 0, 1)

        lost = depth * dip(epoch) + second * dip(epoch + period / 2)
        flux = 1 + wave * np.sin(2 * np.pi * time / wave_period) - lost + rng.normal(0, noise, time.size)
        centroid = 500 + shift * lost + rng.normal(0, 2e-4, time.size)
        target = Target(tic=1, sector=1, cadence_s=60 * cadence_minutes, **facts)
        return LightCurve(
            time=1325 + time,
            flux=1e4 * flux,
            flux_err=np.full(time.size, 1e4 * noise),
            target=target,
            centroid_column=centroid,
            centroid_row=np.full(time.size, 300.0) + rng.normal(0, 2e-4, time.size),
        )

    return made


@pytest.fixture(scope="session")
def made():
    """A light curve of some relative flux as a function of time [days], with noise, a gap, and facts of the star."""

    def curve(flux, *, noise=3e-4, minutes=10.0, seed=2, span=KINDS_SPAN, **facts):
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
