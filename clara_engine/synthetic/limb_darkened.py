"""Transits over limb-darkened stars (Mandel & Agol 2002), by batman (Kreidberg 2015).

Nothing else here imports batman. It is under the GPLv3 and all else is not, so it is loaded when a transit or an
eclipse is computed, and the rest works without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import DesignError

__all__ = ["load_batman", "transit_flux"]

Float = NDArray[np.float64]


def load_batman() -> ModuleType:
    """Import batman.

    It imports distutils, and setuptools looks for that while it holds the lock of all imports: in one of several
    threads that import something at the same time, this never ends. A program with threads calls it before it starts
    them.

    Raises
    ------
    DesignError
        When batman is not installed.
    """
    try:
        import batman
    except ImportError:
        raise DesignError(
            "transits and eclipses need batman, which is not installed: python -m pip install batman-package"
        ) from None
    return batman


def transit_flux(
    time: Float,
    *,
    epoch: float,
    period: float,
    radius_ratio: float,
    scaled_axis: float,
    inclination: float,
    limb_darkening: Sequence[float] | Float,
    step: float | None = None,
) -> Float:
    """Flux of a quadratically limb-darkened star with a planet on a circular orbit, 1 outside the transit.

    Parameters
    ----------
    time : ndarray, shape (n,)
        [days]
    epoch, period : float
        Mid-transit and orbital period [days].
    radius_ratio, scaled_axis : float
        Rp/R★ and a/R★.
    inclination : float
        [degrees]
    limb_darkening : two floats
        Quadratic coefficients.
    step : float, optional
        Scale of batman's steps of integration (its ``fac``); by default batman finds one for an error of 1 ppm.

    Raises
    ------
    DesignError
        When batman is not installed.
    """
    batman = load_batman()
    orbit = batman.TransitParams()
    orbit.t0, orbit.per, orbit.rp, orbit.a, orbit.inc = epoch, period, radius_ratio, scaled_axis, inclination
    orbit.ecc, orbit.w = 0.0, 90.0
    orbit.limb_dark, orbit.u = "quadratic", list(limb_darkening)
    return np.asarray(batman.TransitModel(orbit, np.ascontiguousarray(time), fac=step).light_curve(orbit))
