"""Objects of lightkurve, checked as a file would be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve, first_line
from clara_engine.lightcurve import LightCurve
from clara_engine.readers.checks import checked_flux, in_order, step_seconds
from clara_engine.readers.flux_unit import in_flux_unit, without_zeros
from clara_engine.readers.time_reference import in_btjd

if TYPE_CHECKING:
    import lightkurve

__all__ = ["read"]


def read(curve: lightkurve.LightCurve | Any) -> LightCurve:
    """Convert a `lightkurve.LightCurve`; its unit may be electrons a second, none, ppm, ppt or percent.

    Samples are sorted by time; masked times are no times.

    Raises
    ------
    UnreadableLightCurve
        Not a light curve, folded, in another unit, of no star, or without usable samples.
    """
    kind = type(curve).__name__
    if not (hasattr(curve, "time") and hasattr(curve, "flux") and hasattr(curve, "meta")):
        raise UnreadableLightCurve(f"a {kind} is neither a path nor a light curve of lightkurve")
    if type(curve.time).__name__ != "Time":
        raise UnreadableLightCurve(f"a {kind} has phases instead of times: give the light curve before it was folded")
    star = curve.meta.get("TICID") or curve.meta.get("TARGETID") or curve.meta.get("KEPLERID")
    if not star:
        raise UnreadableLightCurve("whose light curve is it? Set its meta['TICID']")
    try:
        whole = LightCurve.from_lightkurve(curve)
        whole = replace(whole, target=replace(whole.target, tic=int(star)))
        time = in_btjd(*_times(curve.time), catalogue=whole.target.catalogue)
    except (ValueError, TypeError, AttributeError) as error:
        raise UnreadableLightCurve(f"a {kind} that can't be converted: {first_line(error):.150}") from error
    whole = replace(whole, time=time)
    if (order := in_order(time)) is not None:
        whole = whole.select(order)  # type: ignore[arg-type]
    unit = str(getattr(curve.flux, "unit", None) or "")
    flux, errors, known = in_flux_unit(whole.flux, whole.flux_err, unit, "flux")
    flux = checked_flux(whole.time, without_zeros(flux, known), "flux")
    cadence = whole.target.cadence_s
    step = step_seconds(whole.time, "time")
    target = whole.target if cadence > 0 else replace(whole.target, cadence_s=step)
    return replace(whole, flux=flux, flux_err=errors, flux_unit=known, target=target)  # type: ignore[arg-type]


def _times(times: Any) -> tuple[NDArray[np.float64], str]:
    """Numbers, and the name that says their zero point; lightkurve calls plain numbers Julian dates."""
    plain = times.format in ("jd", "btjd", "bkjd", "mjd")
    values = times.value if plain else times.tdb.jd
    numbers = np.asarray(np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan))
    masked = np.broadcast_to(np.asarray(getattr(times, "mask", False)), numbers.shape)
    return np.where(masked, np.nan, numbers), times.format if plain else "jd"
