"""What every light curve must satisfy, whatever product it comes from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.fits_file import Table, number

__all__ = ["FULL_JD", "btjd", "checked_flux", "checked_times", "flux_unit", "in_flux_unit", "step_seconds"]

Float = NDArray[np.float64]
BTJD_ZERO = 2457000.0
LATEST_BTJD = 20000.0
FULL_JD = (2.4e6, 2.5e6)
COUNT_UNITS = {"e-/s", "e/s", "electron/s", "electrons/s", "electron s-1", "e- s-1", "electron / s"}
RELATIVE_UNITS = {"", "relative", "normalized", "dimensionless"}
#: Units of flux off the quiet star's, and what one of them is of it.
DIFFERENCE_UNITS = {"ppm": 1e-6, "ppt": 1e-3, "percent": 1e-2, "%": 1e-2}
SECONDS_A_DAY = 86400.0


def btjd(table: Table, name: str, *, earliest: float = 0.0) -> Float:
    """The time column in BTJD days, from its own zero point (BJDREFI + BJDREFF) or from full Julian dates.

    Raises
    ------
    UnreadableLightCurve
        All NaN, in another unit than days, before `earliest` (BTJD 0 is 2014-12-08) or after BTJD 20000.
    """
    unit = table.unit(name)
    if unit and "d" not in unit.lower().replace("bjd", "").replace("btjd", ""):
        raise UnreadableLightCurve(f"{name} is in {unit!r}; days are needed")
    time = table.column(name).astype(np.float64)
    if time.ndim != 1:
        raise UnreadableLightCurve(f"{name} holds several numbers a row")
    time[~np.isfinite(time)] = np.nan
    if np.isnan(time).all():
        raise UnreadableLightCurve(f"{name} is NaN throughout")
    if FULL_JD[0] < np.nanmedian(time) < FULL_JD[1]:
        time -= BTJD_ZERO
    else:
        time += number(table.header, "BJDREFI", BTJD_ZERO) + number(table.header, "BJDREFF", 0.0) - BTJD_ZERO
    return checked_times(time, name, earliest=earliest)


def checked_times(time: Float, name: str, *, earliest: float = 0.0) -> Float:
    """`time` itself, once it is sure that it is BTJD in days.

    Raises
    ------
    UnreadableLightCurve
        All NaN, before `earliest` or after BTJD 20000.
    """
    if np.isnan(time).all():
        raise UnreadableLightCurve(f"{name} is NaN throughout")
    first, last = float(np.nanmin(time)), float(np.nanmax(time))
    if first < earliest or last > LATEST_BTJD:
        raise UnreadableLightCurve(
            f"{name} runs from {first:.6g} to {last:.6g}; BTJD = BJD - 2457000 in days is needed"
        )
    return time


def step_seconds(time: Float, name: str = "TIME") -> float:
    """Median step of times that advance [s].

    Raises
    ------
    UnreadableLightCurve
        No time is later than the one before it.
    """
    steps = np.diff(time[np.isfinite(time)])
    if not np.any(steps > 0):
        raise UnreadableLightCurve(f"{name} does not advance")
    return float(np.median(steps[steps > 0])) * SECONDS_A_DAY


def checked_flux(time: Float, flux: Float, name: str) -> Float:
    """`flux` with NaN for infinite values, once it is sure that there is something to look at.

    Raises
    ------
    UnreadableLightCurve
        All NaN, a single sample, or constant.
    """
    if flux.shape != time.shape:
        raise UnreadableLightCurve(f"{name} holds several numbers a row")
    flux = np.where(np.isfinite(flux), flux, np.nan)
    usable = flux[np.isfinite(time) & np.isfinite(flux)]
    if usable.size == 0:
        raise UnreadableLightCurve(f"{name} is NaN throughout")
    if usable.size == 1:
        raise UnreadableLightCurve(f"{name} has one usable sample; at least 2 are needed")
    if usable.min() == usable.max():
        raise UnreadableLightCurve(f"{name} is constant ({usable[0]:.6g})")
    return flux


def flux_unit(unit: str, name: str) -> tuple[str, float, float]:
    """What a unit of flux means: ``"e-/s"`` or ``"relative"``, and the factor and offset that lead there.

    Raises
    ------
    UnreadableLightCurve
        Any other unit, magnitudes for example.
    """
    plain = unit.strip().lower()
    if plain in COUNT_UNITS:
        return "e-/s", 1.0, 0.0
    if plain in RELATIVE_UNITS:
        return "relative", 1.0, 0.0
    if plain in DIFFERENCE_UNITS:
        return "relative", DIFFERENCE_UNITS[plain], 1.0
    raise UnreadableLightCurve(f"{name} is in {unit!r}; e-/s, relative flux, ppm, ppt or percent is needed")


def in_flux_unit(flux: Float, error: Float | None, unit: str, name: str) -> tuple[Float, Float | None, str]:
    """Flux and its error in ``"e-/s"`` or ``"relative"``, and which of the two."""
    known, factor, offset = flux_unit(unit, name)
    if (factor, offset) == (1.0, 0.0):
        return flux, error, known
    return flux * factor + offset, None if error is None else error * factor, known
