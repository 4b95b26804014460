"""Every sample of a light curve against time, with a 30-minute mean, gaps, flags and the times of the events."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris
from clara_engine.periods.fold import drawn_flux
from clara_engine.plots.drawing import Drawing, Layer
from clara_engine.plots.points import View
from clara_engine.plots.samples import dots, gaps, limits, running_mean
from clara_engine.plots.theme import PPM_TICKS, palette

__all__ = ["light_curve", "light_curve_drawing"]

#: More events than this are not told apart, and left out.
MOST_EVENTS = 400
EVENTS_UP = 0.025  # of the height, from below
TIME = hv.Dimension("time", label="time, BTJD = BJD − 2457000", unit="days")
FROM, TO = hv.Dimension("from"), hv.Dimension("to")


def light_curve(
    curve: LightCurve | None,
    ephemeris: Ephemeris | None = None,
    *,
    as_it_is: bool = False,
    flux_ends: tuple[float, float] | None = None,
    time_title: str = TIME.label,
    view: View | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw a light curve, in ppm off its median, or as it is where the median is not positive.

    Parameters
    ----------
    curve : LightCurve, optional
        Nothing is drawn without one.
    ephemeris : Ephemeris, optional
        The times of its events are marked.
    as_it_is : bool
        In the unit of the light curve, whether it has a level or not.
    flux_ends : (float, float), optional
        Ends of the flux axis; by default those of the good samples.
    view : View, optional
        What is in view, for a picture of very many samples.

    Returns
    -------
    holoviews.Overlay
        Gaps, a picture or squares of the good samples, those with a quality flag, the mean, and the events.
    """
    return light_curve_drawing(
        curve, ephemeris, as_it_is=as_it_is, flux_ends=flux_ends, time_title=time_title, seen=view, dark=dark
    ).overlay(**options)


def light_curve_drawing(
    curve: LightCurve | None = None,
    ephemeris: Ephemeris | None = None,
    *,
    as_it_is: bool = False,
    flux_ends: tuple[float, float] | None = None,
    time_title: str = TIME.label,
    seen: View | None = None,
    dark: bool = False,
) -> Drawing:
    """The layers of `light_curve`."""
    colours = palette(dark)
    time = flux = flagged_time = flagged = mean_time = mean = left = right = events = np.empty(0)
    unit, ends = "ppm", ((0.0, 1.0), (-1.0, 1.0))
    if curve is not None:
        clean = curve.finite()
        everything, unit = drawn_flux(clean, as_it_is=as_it_is)
        bad = clean.quality != 0
        time, flux, flagged_time, flagged = clean.time[~bad], everything[~bad], clean.time[bad], everything[bad]
        mean_time, mean = running_mean(time, flux)
        left, right = gaps(clean.time)
        ends = (limits(clean.time), limits(everything if bad.all() else flux))
        events = event_times(clean.time, ephemeris)
    ends = (ends[0], flux_ends or ends[1])
    dims = (hv.Dimension("time", label=time_title, unit="days"), hv.Dimension("flux", label="flux", unit=unit))
    low, high = ends[1]
    up = np.full(events.size, low + EVENTS_UP * (high - low))
    flags = {"color": colours.warn, "line_color": None, "marker": "square", "size": 3}
    marks = {"color": colours.accent, "line_color": None, "marker": "triangle", "size": 6}
    shade = {"color": colours.muted, "alpha": 0.25, "line_color": None}
    return Drawing(
        (
            Layer(hv.VSpans, "Gaps", {"from": left, "to": right}, (FROM, TO), shade),
            dots({"time": time, "flux": flux.astype(np.float32)}, dims, colours.points, ends=ends, view=seen),
            Layer(hv.Scatter, "Flagged", {"time": flagged_time, "flux": flagged.astype(np.float32)}, dims, flags),
            Layer(
                hv.Curve, "Mean", {"time": mean_time, "flux": mean}, dims, {"color": colours.accent, "line_width": 1.2}
            ),
            Layer(hv.Scatter, "Events", {"time": events, "flux": up}, dims, marks),
        ),
        *ends,
        f"{time_title} (days)",
        f"flux ({unit})",
        dark,
        {
            "y_ticks": PPM_TICKS,
            "tools": ("xpan", "xwheel_zoom", "box_zoom", "reset", "save"),
            "scroll": "xwheel_zoom",
        },
    )


def event_times(time: np.ndarray, ephemeris: Ephemeris | None) -> np.ndarray:
    """Middles of the events within a light curve [BTJD, days]; none where they are too many to be told apart."""
    if ephemeris is None or not time.size:
        return np.empty(0)
    times = ephemeris.expected_in(float(time.min()), float(time.max()))
    return times if times.size <= MOST_EVENTS else np.empty(0)
