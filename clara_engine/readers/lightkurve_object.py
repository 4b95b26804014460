"""Objects of lightkurve, checked as a file would be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve
from clara_engine.readers.checks import checked_flux, checked_times, in_flux_unit, step_seconds

if TYPE_CHECKING:
    import lightkurve

__all__ = ["read"]

EARLIEST_BTJD = -3000.0  # Kepler's launch is -2100


def read(curve: lightkurve.LightCurve | Any) -> LightCurve:
    """Convert a `lightkurve.LightCurve`; its unit may be electrons a second, none, ppm, ppt or percent.

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
    except (ValueError, TypeError, AttributeError) as error:
        raise UnreadableLightCurve(f"a {kind} that can't be converted: {str(error).splitlines()[0]:.150}") from error
    checked_times(whole.time, "time", earliest=EARLIEST_BTJD)
    checked_flux(whole.time, whole.flux, "flux")
    step_seconds(whole.time, "time")
    unit = str(getattr(curve.flux, "unit", None) or "")
    flux, errors, known = in_flux_unit(whole.flux, whole.flux_err, unit, "flux")
    return replace(whole, flux=flux, flux_err=errors, flux_unit=known)  # type: ignore[arg-type]
