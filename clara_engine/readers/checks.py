"""What every light curve must satisfy, whatever product it comes from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.fits_file import Table, number

__all__ = ["btjd", "checked_flux", "flux_unit"]

Float = NDArray[np.float64]
BTJD_ZERO = 2457000.0
LATEST_BTJD = 20000.0
FULL_JD = (2.4e6, 2.5e6)
COUNT_UNITS = {"e-/s", "e/s", "electron/s", "electrons/s", "electron s-1", "e- s-1", "electron / s"}
RELATIVE_UNITS = {"", "relative", "normalized", "dimensionless"}


def btjd(table: Table, name: str) -> Float:
    """The time column in BTJD days, from its own zero point (BJDREFI + BJDREFF) or from full Julian dates.

    Raises
    ------
    UnreadableLightCurve
        All NaN, in another unit than days, before BTJD 0 (2014-12-08) or after BTJD 20000.
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
    first, last = float(np.nanmin(time)), float(np.nanmax(time))
    if first < 0 or last > LATEST_BTJD:
        raise UnreadableLightCurve(
            f"{name} runs from {first:.6g} to {last:.6g}; BTJD = BJD - 2457000 in days is needed"
        )
    return time


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


def flux_unit(table: Table, name: str) -> str:
    """``"e-/s"`` or ``"relative"``, from the unit of the column.

    Raises
    ------
    UnreadableLightCurve
        Any other unit, magnitudes for example.
    """
    unit = table.unit(name)
    if unit.lower() in COUNT_UNITS:
        return "e-/s"
    if unit.lower() in RELATIVE_UNITS:
        return "relative"
    raise UnreadableLightCurve(f"{name} is in {unit!r}; e-/s or relative flux is needed")
