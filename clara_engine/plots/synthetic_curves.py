"""Light curves of a synthetic set, one below another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import holoviews as hv
import numpy as np

from clara_engine.lightcurve import LightCurve
from clara_engine.periods.fold import relative_ppm
from clara_engine.plots.theme import framed, palette

__all__ = ["stacked", "synthetic_curves"]

DIMS = [
    hv.Dimension("time", label="time since the first sample", unit="days"),
    hv.Dimension("flux", label="flux", unit="ppm"),
]
APART = 1.08


def stacked(curves: Sequence[LightCurve]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Days from the first sample and flux [ppm] of curves, each shifted below the one before."""
    lines, floor = [], 0.0
    for curve in curves:
        clean = curve.finite()
        flux = relative_ppm(clean.flux)
        lines.append((clean.time - clean.time[0], flux + floor - flux.max()))
        floor += float(flux.min() - flux.max()) * APART
    return lines


def synthetic_curves(curves: Sequence[LightCurve], *, dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw light curves one below another, flux in ppm, each shifted below the one before.

    Parameters
    ----------
    curves : sequence of LightCurve
        For example ``generate(design).light_curves[:4]``.
    """
    colours = palette(dark)
    lines = stacked(curves)
    return framed(
        [hv.Path(lines, DIMS).opts(color=colours.accent, line_width=0.9)],
        dark,
        options,
        tools=("xpan", "xwheel_zoom", "box_zoom", "reset"),
        xlabel="time since the first sample (days)",
        ylabel="flux, shifted (ppm)",
    )
