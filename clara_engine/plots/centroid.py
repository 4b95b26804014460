"""The flux-weighted centroid against time: does the light move when it dims?"""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, flat_centroid
from clara_engine.plots.samples import running_mean
from clara_engine.plots.theme import framed, palette

__all__ = ["centroid"]

MILLIPIXEL = 1000.0
SHOWN = (2.0, 98.0)
TICKS = "return tick.toFixed(Math.abs(tick) < 10 ? 1 : 0).padStart(7)"
DIMS = [
    hv.Dimension("time", label="time, BTJD", unit="days"),
    hv.Dimension("offset", label="centroid", unit="0.001 px"),
]


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
    colours = palette(dark)
    nothing = np.empty(0)
    lines = {"column": (nothing, nothing), "row": (nothing, nothing)}
    left = right = nothing
    span, ends = (0.0, 1.0), (-1.0, 1.0)
    if curve is not None and curve.centroid_column is not None and curve.centroid_row is not None:
        for name, values in zip(lines, (curve.centroid_column, curve.centroid_row), strict=True):
            flat = flat_centroid(curve, values)
            lines[name] = running_mean(flat.time, MILLIPIXEL * (flat.flux - 1))
        shown = np.concatenate([offset[np.isfinite(offset)] for _, offset in lines.values()])
        low, high = np.percentile(shown, SHOWN) if shown.size else (-1.0, 1.0)
        room = 0.15 * (high - low) or 1.0
        ends = (float(low - room), float(high + 2 * room))
        time = curve.time[np.isfinite(curve.time)]
        span = (float(time.min()), float(time.max()))
        if ephemeris is not None and ephemeris.duration_days > 0:
            times, half = ephemeris.expected_in(*span), ephemeris.duration_days / 2
            left, right = times - half, times + half
    return framed(
        [
            hv.VSpans((left, right), ["from", "to"]).opts(color=colours.accent_soft, alpha=0.6, line_color=None),
            *(
                hv.Curve(line, *DIMS, label=name).opts(color=shade, line_width=1.2)
                for (name, line), shade in zip(lines.items(), (colours.accent, colours.warn), strict=True)
            ),
        ],
        dark,
        options,
        y_ticks=TICKS,
        tools=("xpan", "xwheel_zoom", "box_zoom", "reset"),
        scroll="xwheel_zoom",
        show_legend=True,
        legend_position="top_right",
        xticks=4,
        xlabel="time, BTJD (days)",
        ylabel="centroid (0.001 px)",
        xlim=span,
        ylim=ends,
    )
