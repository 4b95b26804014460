"""Stars of the tests' own, and what puts them on the screen."""

import numpy as np

from clara_app.session import Session
from clara_app.stars import read_star
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris

TRUE = Ephemeris(3.3, 1.1, 0.16)
DEPTH = 4e-3


def transiting(tic: int = 7, sector: int = 1, start: float = 0.0, **changes: object) -> LightCurve:
    time = start + np.arange(0, 26, 1 / 144)
    flux = 1 + np.random.default_rng(1).normal(0, 4e-4, time.size)
    flux[np.abs(TRUE.away_days(time)) < TRUE.duration_days / 2] -= DEPTH
    return LightCurve(time=time, flux=flux, target=Target(tic=tic, sector=sector, cadence_s=600), **changes)


def jittery() -> LightCurve:
    """A star of sector 1 that is no simulation, with one dip in the known pointing jitter."""
    time = 1325.3 + np.arange(0, 27, 1 / 144)
    flux = 1 + np.random.default_rng(0).normal(0, 3e-4, time.size) - 0.01 * (np.abs(time - 1348) < 0.15)
    return LightCurve(time=time, flux=1e4 * flux, target=Target(tic=5, sector=1, cadence_s=600.0, ra=0.0, dec=-5.0))


def put(session: Session, curve: LightCurve, **choices: object) -> None:
    """Put a light curve of the test's own on the screen."""
    star = read_star(curve.target.id, lambda target_id: curve)
    session.param.update(target_id=curve.target.id, **(session.values_of(star) | choices))
