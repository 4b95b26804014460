"""What is drawn of the samples of a light curve: means, gaps, limits; many samples as one picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import holoviews as hv
import numpy as np
from numpy.typing import NDArray

from clara_engine.plots.drawing import Layer
from clara_engine.plots.points import LARGEST, View, extent
from clara_engine.timeseries import bin_means

__all__ = [
    "GAP_DAYS",
    "MEAN_DAYS",
    "MOST_SAMPLES",
    "arrows",
    "dots",
    "gaps",
    "limits",
    "robust_limits",
    "running_mean",
]

MEAN_DAYS = 0.5 / 24
GAP_DAYS = 0.2
PAD = 0.04
#: Robust ends: percentiles of the samples, and how far beyond them noise may go, in their distance. 0.8 leaves 5.9 σ.
BULK, BEYOND = (1.0, 99.0), 0.8
#: Samples of a dip that lasts: their median is in view, however rare it is.
LASTING = 5
AT_ONCE = 500_000  # windows of so many samples
#: Arrows across a plot at most, and how far from its edge they stand, as a share of its height.
MOST_ARROWS, INSET = 120, 0.025
#: More samples than this are drawn as one picture.
MOST_SAMPLES = 25_000

Float = NDArray[np.float64]


def running_mean(time: Float, flux: Float, width_days: float = MEAN_DAYS) -> tuple[Float, Float]:
    """Mean time and flux in bins of `width_days`, with a NaN where bins are missing, so that a line breaks there."""
    if not time.size:
        return time, flux
    place = ((time - time.min()) / width_days).astype(int)
    filled, _, mean_time, mean_flux = bin_means(place, time, flux)
    breaks = np.flatnonzero(np.diff(filled) > 2) + 1
    return np.insert(mean_time, breaks, np.nan), np.insert(mean_flux, breaks, np.nan)


def gaps(time: Float, least_days: float = GAP_DAYS) -> tuple[Float, Float]:
    """Last time before and first time after each stretch without samples; times in order."""
    places = np.flatnonzero(np.diff(time) > least_days)
    return time[places], time[places + 1]


def limits(values: Float) -> tuple[float, float]:
    """From the lowest to the highest value with a little room."""
    return extent(values, PAD)


def robust_limits(y: Float) -> tuple[float, float]:
    """Ends that a flare or a single wrong sample does not move, with a little room.

    The bulk of the samples and its noise is within; so is the bottom of every dip that lasts some samples. What rises
    above, however long, is outside where it is rare.

    Parameters
    ----------
    y : ndarray, shape (n,)
        In the order in which the samples are drawn.
    """
    known = y[np.isfinite(y)]
    if known.size < 2 * LASTING:
        return extent(known, PAD)
    bottom, top = np.percentile(known, BULK)
    reach = BEYOND * (top - bottom)
    low = min(max(float(known.min()), float(bottom) - reach), _lowest_lasting(known))
    high = min(float(known.max()), float(top) + reach)
    return extent(np.array([low, high]), PAD)


def _lowest_lasting(values: Float) -> float:
    """The lowest median of `LASTING` samples side by side; some at a time, since each window is a copy."""
    windows = np.lib.stride_tricks.sliding_window_view(values, LASTING)
    return min(float(np.median(windows[at : at + AT_ONCE], axis=1).min()) for at in range(0, len(windows), AT_ONCE))


def arrows(
    x: Float, y: Float, dims: tuple[hv.Dimension, hv.Dimension], colour: str, *, ends: Any, seen: Any = None
) -> tuple[Layer, Layer]:
    """Marks at the upper and lower end of a plot, where samples leave it.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Samples.
    ends : two pairs of float
        Of the axes.
    seen : (float, float), optional
        What is in view across, where that is not all of it.
    """
    (left, right), (low, high) = seen or ends[0], ends[1]
    inset = INSET * (high - low)
    made = []
    for group, out, at, marker in (
        ("Above", y > high, high - inset, "triangle"),
        ("Below", y < low, low + inset, "inverted_triangle"),
    ):
        places = x[out & (x >= left) & (x <= right)]
        width = (right - left) / MOST_ARROWS or 1.0
        cells = np.unique(np.floor((places - left) / width))
        middles = left + (cells + 0.5) * width
        style = {"color": colour, "line_color": None, "marker": marker, "size": 7}
        columns = {dims[0].name: middles, dims[1].name: np.full(middles.size, at)}
        made.append(Layer(hv.Scatter, group, columns, dims, style))
    return made[0], made[1]


def dots(
    columns: Mapping[str, NDArray[Any]],
    dims: tuple[hv.Dimension, hv.Dimension],
    colour: str,
    *,
    ends: tuple[tuple[float, float], tuple[float, float]],
    view: View | None = None,
    alpha: float = 1.0,
    size: float = 1.5,
) -> Layer:
    """Samples as small squares; more than `MOST_SAMPLES` as a picture."""
    x, y = columns.values()
    if x.size > MOST_SAMPLES:
        picture = _picture(x, y, dims, ends, view or View())
        return Layer(hv.Image, "Picture", picture, (*dims, hv.Dimension("samples")), {"cmap": [colour], "alpha": alpha})
    style = {"color": colour, "line_color": None, "marker": "square", "size": size, "alpha": alpha}
    return Layer(hv.Scatter, "Samples", columns, dims, style)


def _picture(x: Float, y: Float, dims: tuple[hv.Dimension, hv.Dimension], ends: Any, view: View) -> dict[str, Float]:
    """Middles of the pixels, and 1 where there is a sample."""
    import datashader as ds  # takes a second or more
    from holoviews.operation.datashader import rasterize

    found = rasterize(
        hv.Points((x, y), list(dims)),
        aggregator=ds.any(),
        x_range=view.x or ends[0],
        y_range=view.y or ends[1],
        width=min(max(view.width, 2), LARGEST),
        height=min(max(view.height, 2), LARGEST),
        dynamic=False,
    )
    across, up = (found.dimension_values(place, expanded=False) for place in (0, 1))
    seen = found.dimension_values(2, flat=False).astype(np.float32)
    return {dims[0].name: across, dims[1].name: up, "samples": np.where(seen > 0, seen, np.nan)}
