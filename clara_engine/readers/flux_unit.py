"""What numbers of flux mean: electrons a second, or shares of the quiet star's flux. The level has a say.

``ppm``, ``ppt`` and ``percent`` are written both of the star's whole flux (the median is near 1e6, 1000 or 100) and off
it (near 0). Differences in e-/s stay e-/s: without the star's own flux they are no shares of it.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.timeseries import neighbour_noise

__all__ = ["COUNTS", "RELATIVE", "from_magnitudes", "in_flux_unit", "without_zeros"]

Float = NDArray[np.float64]

COUNTS, RELATIVE = "e-/s", "relative"
COUNT_UNITS = {
    "e-/s",
    "e/s",
    "el/s",
    "electron/s",
    "electrons/s",
    "electron s-1",
    "electrons s-1",
    "e- s-1",
    "electron / s",
    "e-",
    "electron",
    "electrons",
    "ct",
    "cts",
    "count",
    "counts",
    "ct/s",
    "cts/s",
    "count/s",
    "counts/s",
    "ct s-1",
    "ct / s",
    "count / s",
    "adu",
    "adu/s",
    "adu / s",
    "dn",
    "dn/s",
}
#: lightkurve 1 writes "counts" whatever the numbers are; no star that can be seen gives 1 e-/s.
LOOSE_UNITS = {"ct", "count", "counts"}
RELATIVE_UNITS = {"relative", "normalized", "normalised", "dimensionless", "unitless", "1"}
#: Units that mean nothing: the level of the numbers decides.
NO_UNITS = {"", "none", "unrecognizedunit", "flux", "rel", "-"}
#: Values of these units as a fraction of the star's flux.
SHARES = {"ppm": 1e-6, "ppt": 1e-3, "percent": 1e-2, "%": 1e-2, "pct": 1e-2}
#: A median so near [share] to 1e6, 1000 or 100 was made that: what no unit is given for is ppm, ppt or percent then.
MADE_ONE = 1e-6
#: Numbers without a unit between these may be magnitudes. Electrons a second are not: they scatter at least as their
#: count in the longest exposure does (Poisson), the share of it that is surely too little.
MAGNITUDES, LONGEST_EXPOSURE_S, LEAST_NOISE = (4.0, 22.0), 1800.0, 0.5
#: A level between these, as a share of the star, is the whole flux; below the third, off it.
WHOLE, OFF = (0.5, 2.0), 0.2


def in_flux_unit(
    flux: Float, error: Float | None, unit: str, name: str, error_unit: str = ""
) -> tuple[Float, Float | None, str]:
    """Flux and its error in ``"e-/s"`` or ``"relative"`` (1 is the quiet star), and which of the two.

    Parameters
    ----------
    flux, error : ndarray of float64, shape (n,)
        `error` may be None.
    unit : str
        As the file writes it; empty where it writes none: then a median from 0.5 to 2 is relative flux, one of 100,
        1000 or 1e6 is percent, ppt or ppm of the whole flux, more than 2 is e-/s, and flux around zero is refused.
    name : str
        Of the column, for messages.
    error_unit : str
        Of the error, where it is written; empty where it is that of the flux.

    Raises
    ------
    UnreadableLightCurve
        Magnitudes and other units; a level that fits neither the whole flux nor differences from it.
    """
    plain, other = _plain(unit), _plain(error_unit)
    if error is not None and other != plain and other not in NO_UNITS:
        flux, _, known = in_flux_unit(flux, None, unit, name)
        return flux, _error_of_its_own(error, other, flux, known), known
    loose = plain in LOOSE_UNITS
    if plain in COUNT_UNITS and not loose:
        return flux, error, COUNTS
    level = float(np.nanmedian(flux)) if np.isfinite(flux).any() else np.nan
    if loose:
        return flux, error, RELATIVE if WHOLE[0] <= level <= WHOLE[1] else COUNTS
    if plain in NO_UNITS:
        plain = next((name for name, share in SHARES.items() if abs(level * share - 1) < MADE_ONE), plain)
    if plain in NO_UNITS:
        return flux, error, _by_level(flux, level, name)
    share = _share(plain)
    if np.isnan(share):
        mend = "; magnitudes must be made flux first" if "mag" in plain else ""
        raise UnreadableLightCurve(
            f"{name} is in {unit.strip()!r}; e-/s, relative flux, ppm, ppt or percent is needed{mend}"
        )
    level *= share
    if WHOLE[0] <= level <= WHOLE[1]:
        offset = 0.0
    elif abs(level) <= OFF:
        offset = 1.0
    else:
        what = unit.strip()
        raise UnreadableLightCurve(
            f"{name} has a median of {level / share:.4g} {what}: neither the whole flux (near {1 / share:g}) nor "
            "differences from it (near 0)"
        )
    if (share, offset) == (1.0, 0.0):
        return flux, error, RELATIVE
    return flux * share + offset, None if error is None else error * share, RELATIVE


def without_zeros(flux: Float, unit: str) -> Float:
    """`flux`, in what `in_flux_unit` gave, with NaN for exact zeros: no star gives exactly none, so none was measured.

    Light curves that hold nothing but zeros are left, for whoever tells that they are constant.

    Parameters
    ----------
    flux : ndarray of float
        Shape (n,), in `unit`.
    unit : str
        Electrons a second, or relative; of other units zeros are kept.
    """
    if unit not in (COUNTS, RELATIVE) or flux.all():
        return flux
    measured = flux != 0
    return np.where(measured, flux, np.nan) if measured.any() else flux


def from_magnitudes(magnitude: Float, error: Float | None) -> tuple[Float, Float | None]:
    """Relative flux, 1 at the median magnitude, and its error; NaN where the magnitude is.

    Parameters
    ----------
    magnitude : ndarray of float
        Shape (n,) [mag], NaN where unknown.
    error : ndarray of float or None
        Of the same shape [mag]; None where the file gives none.

    Examples
    --------
    >>> flux, _ = from_magnitudes(np.array([10.0, 10.0, 10.75]), None)
    >>> flux.round(3)
    array([1.   , 1.   , 0.501])
    """
    usable = np.isfinite(magnitude)
    middle = float(np.median(magnitude[usable])) if usable.any() else np.nan
    flux = 10.0 ** (-0.4 * (magnitude - middle))
    return flux, None if error is None else flux * error * (0.4 * np.log(10.0))


def _error_of_its_own(error: Float, unit: str, flux: Float, known: str) -> Float:
    """An error that is in another unit than its flux was, in the unit `known` of `flux`; NaN where it can't be."""
    if unit in COUNT_UNITS:
        return error if known == COUNTS else np.full(error.shape, np.nan)
    return error * _share(unit) * (float(np.nanmedian(flux)) if known == COUNTS else 1.0)


def _plain(unit: str) -> str:
    return re.sub(r"\s+", " ", unit.strip().lower())


def _share(unit: str) -> float:
    """A unit as a share of the star's flux; NaN where it is none."""
    return 1.0 if unit in RELATIVE_UNITS else SHARES.get(unit) or _scale(unit)


def _scale(unit: str) -> float:
    """What astropy writes for units of no dimension: ``1e-06`` for ppm."""
    try:
        scale = float(unit)
    except ValueError:
        return np.nan
    return scale if 0 < scale <= 1 else np.nan


def _by_level(flux: Float, level: float, name: str) -> str:
    noise = _noise(flux)
    if WHOLE[0] <= level <= WHOLE[1] and not OFF * level < noise < np.inf:
        return RELATIVE
    spread = float(np.nanstd(flux)) if np.isfinite(flux).any() else np.nan
    near_zero = not abs(level) > 3 * spread
    if level < WHOLE[1] and (near_zero or level > 0):
        where = "zero" if near_zero else f"{level:.2g}"
        raise UnreadableLightCurve(f"{name} is around {where}; name its unit, e.g. {name} [ppm] or {name} [e-/s]")
    quiet = LEAST_NOISE * np.sqrt(max(level, 0.0) / LONGEST_EXPOSURE_S)
    if MAGNITUDES[0] < level < MAGNITUDES[1] and 0 < noise < quiet:
        raise UnreadableLightCurve(
            f"{name} is around {level:.4g} and too quiet for so few electrons a second: magnitudes must be made flux "
            f"first; else name its unit, e.g. {name} [e-/s]"
        )
    return COUNTS


def _noise(flux: Float) -> float:
    """Scatter from one sample to the next."""
    known = flux[np.isfinite(flux)]
    return neighbour_noise(known) if known.size > 1 else np.inf
