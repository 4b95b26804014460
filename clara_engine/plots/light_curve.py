"""Every sample of a light curve against time: 30-minute means, gaps, flags, known bad intervals, times of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import holoviews as hv
import numpy as np

from clara_engine.archives.intervals import DUMP, BadInterval
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris
from clara_engine.periods.fold import drawn_flux
from clara_engine.periods.known_intervals import intervals_of
from clara_engine.plots.drawing import Drawing, Layer
from clara_engine.plots.points import View
from clara_engine.plots.samples import arrows, dots, gaps, limits, robust_limits, running_mean
from clara_engine.plots.theme import PPM_TICKS, palette, plate

__all__ = ["light_curve", "light_curve_drawing"]

#: More events than this are not told apart, and left out.
MOST_EVENTS = 400
EVENTS_UP = 0.025  # of the height, from below
TIME = hv.Dimension("time", label="time, BTJD = BJD − 2457000", unit="days")
FROM, TO = hv.Dimension("from", unit="days"), hv.Dimension("to", unit="days")
WHAT = hv.Dimension("what")
NAME_ROOM = 0.1  # half the width of a name, as a share of the axis
NAME_UP = 0.1  # of the height, from below: dips are fewer than samples at the level
MOST_STEPS = 3  # of names above each other
#: Narrower bad intervals, momentum dumps among them, have no room for their name, which is shown under the pointer.
LEAST_NAMED_DAYS = 0.3


def light_curve(
    curve: LightCurve | None,
    ephemeris: Ephemeris | None = None,
    *,
    as_it_is: bool = False,
    flux_ends: tuple[float, float] | None = None,
    marked: Sequence[tuple[float, float]] = (),
    time_title: str = TIME.label,
    view: View | None = None,
    bad: Sequence[BadInterval] | None = None,
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
        Ends of the flux axis; by default robust ones of the good samples, which flares may leave.
    marked : sequence of (float, float)
        First and last time of events that somebody marked [BTJD, days].
    view : View, optional
        What is in view, for a picture of very many samples.
    bad : sequence of BadInterval, optional
        Known bad intervals, which are shaded; by default those of the manifest.

    Returns
    -------
    holoviews.Overlay
        Gaps, known bad intervals, what is marked, a picture or squares of the good samples, those with a quality flag,
        the mean, the events, and arrows where good samples leave the plot.
    """
    return light_curve_drawing(
        curve,
        ephemeris,
        as_it_is=as_it_is,
        flux_ends=flux_ends,
        marked=marked,
        time_title=time_title,
        seen=view,
        bad=bad,
        dark=dark,
    ).overlay(**options)


def light_curve_drawing(
    curve: LightCurve | None = None,
    ephemeris: Ephemeris | None = None,
    *,
    as_it_is: bool = False,
    flux_ends: tuple[float, float] | None = None,
    marked: Sequence[tuple[float, float]] = (),
    time_title: str = TIME.label,
    across: tuple[float, float] | None = None,
    seen: View | None = None,
    bad: Sequence[BadInterval] | None = None,
    dark: bool = False,
) -> Drawing:
    """The layers of `light_curve`.

    Parameters
    ----------
    across : (float, float), optional
        Times in view [BTJD, days], where those are not all of them; for arrows.
    """
    colours = palette(dark)
    time = flux = flagged_time = flagged = mean_time = mean = left = right = events = np.empty(0)
    unit, ends = "ppm", ((0.0, 1.0), (-1.0, 1.0))
    known: Sequence[BadInterval] = ()
    if curve is not None:
        clean = curve.finite()
        everything, unit = drawn_flux(clean, as_it_is=as_it_is)
        known = intervals_of(clean) if bad is None else bad
        off = clean.quality != 0
        time, flux, flagged_time, flagged = clean.time[~off], everything[~off], clean.time[off], everything[off]
        mean_time, mean = running_mean(time, flux)
        left, right = gaps(clean.time)
        ends = (limits(clean.time), robust_limits(everything if off.all() else flux))
        events = event_times(clean.time, ephemeris)
    ends = (ends[0], flux_ends or ends[1])
    dims = (hv.Dimension("time", label=time_title, unit="days"), hv.Dimension("flux", label="flux", unit=unit))
    low, high = ends[1]
    up = np.full(events.size, low + EVENTS_UP * (high - low))
    flags = {"color": colours.warn, "line_color": None, "marker": "square", "size": 3}
    marks = {"color": colours.accent, "line_color": None, "marker": "triangle", "size": 6}
    shade = {"color": colours.muted, "alpha": 0.25, "line_color": None}
    first, last = np.array(marked, np.float64).reshape(-1, 2).T
    return Drawing(
        (
            Layer(hv.VSpans, "Gaps", {"from": left, "to": right}, (FROM, TO), shade),
            *_bad_layers(known, ends, dims, dark),
            Layer(hv.VSpans, "Marked", {"from": first, "to": last}, (FROM, TO), shade | {"color": colours.accent}),
            dots({"time": time, "flux": flux.astype(np.float32)}, dims, colours.points, ends=ends, view=seen),
            Layer(hv.Scatter, "Flagged", {"time": flagged_time, "flux": flagged.astype(np.float32)}, dims, flags),
            Layer(
                hv.Curve, "Mean", {"time": mean_time, "flux": mean}, dims, {"color": colours.accent, "line_width": 1.2}
            ),
            Layer(hv.Scatter, "Events", {"time": events, "flux": up}, dims, marks),
            *arrows(time, flux, dims, colours.warn, ends=ends, seen=seen.x if seen else across),
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


def _bad_layers(
    known: Sequence[BadInterval],
    ends: tuple[tuple[float, float], tuple[float, float]],
    dims: tuple[hv.Dimension, hv.Dimension],
    dark: bool,
) -> tuple[Layer, Layer]:
    """Known bad intervals as strips, and the names of those that are wide enough."""
    colours = palette(dark)
    strips = {
        "from": np.array([one.begin_btjd for one in known], float),
        "to": np.array([one.end_btjd for one in known], float),
        "what": np.array([_name(one) + (f": {one.note}" if one.note else "") for one in known], object),
    }
    named = [one for one in known if one.kind != DUMP and one.end_btjd - one.begin_btjd >= LEAST_NAMED_DAYS]
    (first, last), (low, high) = ends
    room = NAME_ROOM * (last - first)  # the ends of the axis would cut a name
    middles = np.clip([(one.begin_btjd + one.end_btjd) / 2 for one in named], first + room, last - room)
    steps = np.zeros(len(named))
    for place in range(1, len(named)):  # one that would lie on the one before stands above it
        near = middles[place] - middles[place - 1] < 2 * room
        steps[place] = (steps[place - 1] + 1) % MOST_STEPS if near else 0
    names = {
        "time": middles,
        "flux": low + NAME_UP * (1 + steps) * (high - low),
        "what": np.array([_name(one) for one in named], object),
    }
    shade = {
        "color": colours.warn,
        "fill_alpha": 0.16,
        "line_color": colours.warn,
        "line_alpha": 0.2,
        "tools": ["hover"],
    }
    return (
        Layer(hv.VSpans, "Bad", strips, (FROM, TO, WHAT), shade),
        Layer(
            hv.Labels,
            "BadNames",
            names,
            (*dims, WHAT),
            {"text_color": colours.warn, "text_font_size": "10px"} | plate(colours),
        ),
    )


def _name(one: BadInterval) -> str:
    return f"{one.kind}, searched" if one.searched else one.kind


def event_times(time: np.ndarray, ephemeris: Ephemeris | None) -> np.ndarray:
    """Middles of the events within a light curve [BTJD, days]; none where they are too many to be told apart."""
    if ephemeris is None or not time.size:
        return np.empty(0)
    times = ephemeris.expected_in(float(time.min()), float(time.max()))
    return times if times.size <= MOST_EVENTS else np.empty(0)
