"""The profile of an event: how much of its depth is reached at a time between first and last contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.synthetic.shapes import occulted

__all__ = ["Profile", "occultation", "seen", "trapezoid"]

Float = NDArray[np.float64]

GRID = np.r_[np.linspace(0, 0.8, 24, endpoint=False), 1 - np.geomspace(0.2, 1e-3, 40), 1.0]
SMEARED_FROM = 0.015  # half durations: shorter exposures see the profile as it is
#: Of Gauss and Legendre, for three places in an exposure.
OFFSETS, WEIGHTS = np.array([-1, 0, 1]) * np.sqrt(0.15), np.array([5, 8, 5]) / 18


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Share of the depth at a time off the middle: straight between its knots, alike on both sides, 0 beyond.

    Attributes
    ----------
    knots : ndarray, shape (n,)
        Times from 0 to 1 [half durations].
    share : ndarray, shape (n,)
        Of the depth, there.
    """

    knots: Float
    share: Float

    def __call__(self, place: Float) -> Float:
        """Share of the depth at times off the middle [half durations]."""
        return np.interp(np.abs(place), self.knots, self.share, right=0.0)


def trapezoid(slopes: float) -> Profile:
    """A flat bottom between two straight slopes.

    Parameters
    ----------
    slopes : float
        Share of the duration that is spent on both slopes: towards 0 a box, 1 a V.
    """
    return Profile(np.array([0.0, 1 - min(max(slopes, 1e-6), 1.0), 1.0]), np.array([1.0, 1.0, 0.0]))


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
    return Profile(GRID, lost / lost[0])


def seen(profile: Profile, place: Float, exposure: Float) -> tuple[Float, Float, Float]:
    """A profile as exposures see it, and how that changes.

    Parameters
    ----------
    profile : Profile
    place : ndarray, shape (n,)
        Middles of the exposures [half durations].
    exposure : ndarray, shape (n,)
        Their lengths [half durations].

    Returns
    -------
    share, by_place, by_length : ndarray, shape (n,)
        Of the depth; its change with `place`; its change with the logarithm of the duration.
    """
    if not exposure.size or exposure.max() < SMEARED_FROM:
        offsets, weights = OFFSETS[1:2], np.ones(1)
    else:
        offsets, weights = OFFSETS, WEIGHTS
    share, by_place, by_length = _seen(profile.knots, profile.share, place, exposure, offsets, weights)
    return share, by_place, by_length


@njit(cache=True, nogil=True, error_model="numpy")
def _seen(knots: Float, share: Float, place: Float, exposure: Float, offsets: Float, weights: Float) -> Float:
    found = np.zeros((3, place.size))
    for one in range(place.size):
        for which in range(offsets.size):
            at = place[one] + offsets[which] * exposure[one]
            away = abs(at)
            if away > 1:
                continue
            right = min(max(np.searchsorted(knots, away, side="right"), 1), knots.size - 1)
            width = knots[right] - knots[right - 1]
            slope = (share[right] - share[right - 1]) / width if width > 0 else 0.0
            found[0, one] += weights[which] * (share[right - 1] + slope * (away - knots[right - 1]))
            found[1, one] += weights[which] * slope * np.sign(at)
            found[2, one] -= weights[which] * slope * away
    return found
