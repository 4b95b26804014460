"""The flux-weighted centroid against time: does the light move when it dims?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, flat_centroid
from clara_engine.plots.drawing import Drawing, Layer
from clara_engine.plots.samples import running_mean
from clara_engine.plots.theme import palette

__all__ = ["DrawnCentroid", "centroid", "centroid_drawing", "drawn_centroid"]

MILLIPIXEL = 1000.0
SHOWN = (2.0, 98.0)
TICKS = "return tick.toFixed(Math.abs(tick) < 10 ? 1 : 0).padStart(7)"
DIMS = (
    hv.Dimension("time", label="time, BTJD", unit="days"),
    hv.Dimension("offset", label="centroid", unit="0.001 px"),
)
LINES = ("column", "row")

Float = NDArray[np.float64]


def centroid(
    curve: LightCurve | None, ephemeris: Ephemeris | None = None, *, dark: bool = False, **options: Any
) -> hv.Overlay:
    """Draw the centroid, less its slow drift [0.001 pixel], in 30-minute means; the events shaded.

    Parameters
    ----------
    curve : LightCurve, optional
        Nothing is drawn without one, or where the product has no centroid.
    ephemeris : Ephemeris, optional
        With a duration.
    """
    return centroid_drawing(drawn_centroid(curve, ephemeris) if curve is not None else None, dark=dark).overlay(
        **options
    )


@dataclass(frozen=True, eq=False)
class DrawnCentroid:
    """What a plot of the centroid shows.

    Attributes
    ----------
    lines : dict
        Column and row: times [BTJD, days], and offsets from the slow drift [0.001 pixel], in 30-minute means.
    starts, ends : arrays
        Of the events that lie in the light curve [BTJD, days].
    span : (float, float)
        First and last time [BTJD, days].
    """

    lines: dict[str, tuple[Float, Float]]
    starts: Float
    ends: Float
    span: tuple[float, float]


def drawn_centroid(curve: LightCurve, ephemeris: Ephemeris | None) -> DrawnCentroid | None:
    """The centroid against time, and where the events are; None where the product has no centroid."""
    if curve.centroid_column is None or curve.centroid_row is None:
        return None
    lines = {}
    for name, values in zip(LINES, (curve.centroid_column, curve.centroid_row), strict=True):
        flat = flat_centroid(curve, values)
        lines[name] = running_mean(flat.time, MILLIPIXEL * (flat.flux - 1))
    time = curve.time[np.isfinite(curve.time)]
    span = (float(time.min()), float(time.max())) if time.size else (0.0, 1.0)
    times, half = np.empty(0), 0.0
    if ephemeris is not None and ephemeris.duration_days > 0:
        times, half = ephemeris.expected_in(*span), ephemeris.duration_days / 2
    return DrawnCentroid(lines, times - half, times + half, span)


def centroid_drawing(shown: DrawnCentroid | None = None, *, dark: bool = False) -> Drawing:
    """The layers of `centroid`."""
    colours = palette(dark)
    nothing = np.empty(0)
    lines = shown.lines if shown is not None else dict.fromkeys(LINES, (nothing, nothing))
    offsets = np.concatenate([offset[np.isfinite(offset)] for _, offset in lines.values()])
    low, high = np.percentile(offsets, SHOWN) if offsets.size else (-1.0, 1.0)
    room = 0.15 * (high - low) or 1.0
    bands = {"from": shown.starts, "to": shown.ends} if shown is not None else {"from": nothing, "to": nothing}
    return Drawing(
        (
            Layer(
                hv.VSpans,
                "Events",
                bands,
                (hv.Dimension("from"), hv.Dimension("to")),
                {"color": colours.accent_soft, "alpha": 0.6, "line_color": None},
            ),
            *(
                Layer(
                    hv.Curve,
                    name.capitalize(),
                    {"time": time, "offset": offset},
                    DIMS,
                    {"color": shade, "line_width": 1.2},
                    label=name,
                )
                for (name, (time, offset)), shade in zip(lines.items(), (colours.accent, colours.warn), strict=True)
            ),
        ),
        shown.span if shown is not None else (0.0, 1.0),
        (float(low - room), float(high + room)),
        "time, BTJD (days)",
        "centroid (0.001 px)",
        dark,
        {
            "y_ticks": TICKS,
            "tools": ("xpan", "xwheel_zoom", "box_zoom", "reset"),
            "scroll": "xwheel_zoom",
            "show_legend": True,
            "legend_position": "top",
            "xticks": 4,
        },
    )
