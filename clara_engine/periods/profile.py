"""The profile of an event: how much of its depth is reached at a time between first and last contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from clara_engine.synthetic.shapes import occulted

__all__ = ["Profile", "occultation", "smeared", "trapezoid"]

Float = NDArray[np.float64]
#: Share of the depth, 0 to 1, at a time off the middle in half durations.
Profile = Callable[[Float], Float]

GRID = np.r_[np.linspace(0, 0.8, 24, endpoint=False), 1 - np.geomspace(0.2, 1e-3, 40), 1.0]
SMEARED_FROM = 0.015  # half durations: shorter exposures see the profile as it is
#: Of Gauss and Legendre, for three places in an exposure.
OFFSETS, WEIGHTS = np.array([-1, 0, 1]) * np.sqrt(0.15), np.array([5, 8, 5]) / 18


def trapezoid(slopes: float) -> Profile:
    """A flat bottom between two straight slopes.

    Parameters
    ----------
    slopes : float
        Share of the duration that is spent on both slopes: towards 0 a box, 1 a V.
    """
    return lambda place: np.clip((1 - np.abs(place)) / max(slopes, 1e-6), 0.0, 1.0)


def occultation(radius_ratio: float, impact: float, limb_darkening: Sequence[float]) -> Profile:
    """A dark disc that crosses a limb-darkened one on a straight line (Mandel & Agol 2002).

    Parameters
    ----------
    radius_ratio : float
        Of the disc in front to the one behind, at most 1.
    impact : float
        Least separation of the centres over the sum of the radii, 0 to below 1.
    limb_darkening : two floats
        Quadratic coefficients.

    Raises
    ------
    DesignError
        When batman is not installed.
    """
    reach = 1 + radius_ratio
    separation = reach * np.sqrt(impact**2 + (1 - impact**2) * GRID**2)
    lost = 1 - occulted(separation, radius_ratio, limb_darkening)
    share = lost / lost[0]
    return lambda place: np.interp(np.abs(place), GRID, share, right=0.0)


def smeared(profile: Profile, place: Float, exposure: Float) -> Float:
    """A profile as exposures see it.

    Parameters
    ----------
    profile : Profile
    place : ndarray, shape (n,)
        Middles of the exposures [half durations].
    exposure : ndarray, shape (n,)
        Their lengths [half durations].
    """
    if not exposure.size or exposure.max() < SMEARED_FROM:
        return profile(place)
    return np.sum([w * profile(place + off * exposure) for off, w in zip(OFFSETS, WEIGHTS, strict=True)], axis=0)
