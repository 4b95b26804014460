"""Stars as points; beyond some ten thousand as one picture in which every star is, the highest value on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.plots.drawing import Layer
from clara_engine.plots.theme import CATEGORIES, Palette, bar

__all__ = [
    "MOST_POINTS",
    "Shade",
    "View",
    "drawing_order",
    "extent",
    "mark_layers",
    "marks",
    "ring",
    "ring_layer",
]

#: More points in view than this are drawn as one picture.
MOST_POINTS = 10_000
FAINT = 0.12
LARGEST = 1600

Float = NDArray[Any]


@dataclass(frozen=True)
class View:
    """What of a plot is seen: the ranges of its axes, and how many pixels they are.

    Attributes
    ----------
    x, y : (float, float), optional
        All that there is by default.
    """

    x: tuple[float, float] | None = None
    y: tuple[float, float] | None = None
    width: int = 600
    height: int = 400


@dataclass(frozen=True, eq=False)
class Shade:
    """A value for each star and how it is coloured.

    Attributes
    ----------
    title : str
        What the values are, with their unit.
    values : ndarray, shape (n,)
        NaN where there is none; for categories the place of the star's category in `categories`.
    low, high : float
        Range of the colours.
    categories : tuple of str
        Empty for numbers.
    """

    title: str
    values: Float = field(default_factory=lambda: np.empty(0, np.float32))
    low: float = 0.0
    high: float = 1.0
    categories: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: pd.Series | Float, title: str = "") -> Shade:
        """Numbers from the 0.5th to the 99.5th percentile, or words from the commonest to the rarest."""
        series = pd.Series(values)
        if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
            words = series.astype(object).where(series.notna())
            names = words.value_counts().index.tolist()
            common = names if len(names) <= len(CATEGORIES) else [*names[: len(CATEGORIES) - 1], "other"]
            place = {name: min(at, len(common) - 1) for at, name in enumerate(names)}
            codes = words.map(place).to_numpy(np.float32)
            named = tuple(str(name) for name in common)
            return cls(title or str(series.name or ""), codes, -0.5, len(named) - 0.5, named)
        numbers = series.to_numpy(np.float32)
        known = numbers[np.isfinite(numbers)]
        low, high = (float(end) for end in np.percentile(known, (0.5, 99.5))) if known.size else (0.0, 1.0)
        return cls(title or str(series.name or "value"), numbers, low, high if high > low else low + 1.0)

    def palette(self, colours: Palette) -> list[str]:
        """Colours from low to high, or one for each category."""
        return list(CATEGORIES[: len(self.categories)] or CATEGORIES[:1]) if self.categories else list(colours.ramp)


def extent(values: Float, room: float) -> tuple[float, float]:
    """From the lowest to the highest value, and some `room` (a share of that) on both sides."""
    known = values[np.isfinite(values)]
    if not known.size:
        return -1.0, 1.0
    low, high = float(known.min()), float(known.max())
    wide = room * (high - low) or 1.0
    return low - wide, high + wide


def marks(
    x: Float,
    y: Float,
    shade: Shade,
    dims: Sequence[hv.Dimension],
    colours: Palette,
    *,
    ids: NDArray[np.object_] | None = None,
    picked: NDArray[np.bool_] | None = None,
    view: View | None = None,
    size: float | None = None,
) -> list[hv.Element]:
    """The elements of `mark_layers`."""
    return [
        layer.element for layer in mark_layers(x, y, shade, dims, colours, ids=ids, picked=picked, view=view, size=size)
    ]


def mark_layers(
    x: Float,
    y: Float,
    shade: Shade,
    dims: Sequence[hv.Dimension],
    colours: Palette,
    *,
    ids: NDArray[np.object_] | None = None,
    picked: NDArray[np.bool_] | None = None,
    view: View | None = None,
    size: float | None = None,
    pictures: bool = True,
) -> list[Layer]:
    """Points in the order of their values, the highest on top; what is picked above the rest, which then is faint.

    Parameters
    ----------
    pictures : bool
        Whether there are layers of pictures, also where all are drawn as points.

    Returns
    -------
    list of Layer
        Both as pictures, the rest as points, and the picked as points; as pictures where they are too many to be told
        apart: what is not drawn is empty. A picture has the column ``star``: the place in `x` and `y` of the star that
        is seen in a pixel, −1 where there is none.
    """
    view = view or View()
    order = drawing_order(shade.values)
    chosen = np.zeros(x.size, bool) if picked is None else np.asarray(picked, bool)
    x_ends, y_ends = view.x or extent(x, 0.04), view.y or extent(y, 0.04)
    seen = (x >= x_ends[0]) & (x <= x_ends[1]) & (y >= min(y_ends)) & (y <= max(y_ends))
    crowded = x.size > MOST_POINTS and int(seen.sum()) > MOST_POINTS
    if x.size <= MOST_POINTS:
        seen = np.ones(x.size, bool)  # then nothing need be sent when the view moves
    some = bool(chosen.any())
    dot = size or (7.0 if x.size < 500 else 5.0 if x.size < 5000 else 3.5)
    drawn: list[Layer] = []
    crowds: list[Layer] = []
    for group, which, alpha in (("Stars", ~chosen, FAINT if some else 0.85), ("Chosen", chosen, 0.95)):
        shown = order[(which & seen)[order]]
        apart = crowded and shown.size > MOST_POINTS
        points, picture = (shown[:0], shown) if apart else (shown, shown[:0])
        drawn.append(_points(group, x, y, shade, points, dims, colours, ids, dot, alpha))
        columns = _picture(x, y, shade, picture, dims, x_ends, y_ends, view)
        style = {
            "cmap": shade.palette(colours),
            "clim": (shade.low, shade.high),
            "clipping_colors": {"NaN": "transparent", "min": colours.muted},
            "alpha": alpha,
        }
        vdims = (hv.Dimension("value", label=shade.title or "value"), hv.Dimension("star"))
        crowds.append(Layer(hv.Image, f"{group}Picture", columns, (*dims, *vdims), style))
    return [*(crowds if pictures or crowded else ()), *drawn]


def drawing_order(values: Float) -> NDArray[np.int64]:
    """From what has no value to the highest, which is drawn last."""
    return np.argsort(np.where(np.isfinite(values), values, -np.inf), kind="stable")


def ring(x: Float, y: Float, dims: Sequence[hv.Dimension], colours: Palette, size: float = 15) -> hv.Points:
    """A ring around the one star that is looked at."""
    return ring_layer(x, y, dims, colours, size).element


def ring_layer(x: Float, y: Float, dims: Sequence[hv.Dimension], colours: Palette, size: float = 15) -> Layer:
    """The layer of `ring`."""
    style = {"fill_alpha": 0, "line_color": colours.warn, "line_width": 2, "size": size}
    return Layer(hv.Points, "Ring", {dims[0].name: x, dims[1].name: y}, tuple(dims), style)


def _points(
    group: str,
    x: Float,
    y: Float,
    shade: Shade,
    which: NDArray[np.int64],
    dims: Sequence[hv.Dimension],
    colours: Palette,
    ids: NDArray[np.object_] | None,
    size: float,
    alpha: float,
) -> Layer:
    columns = {dims[0].name: x[which], dims[1].name: y[which], "value": shade.values[which]}
    vdims = [hv.Dimension("value", label=shade.title or "value")]
    if ids is not None:
        columns["target"] = ids[which]
        vdims.append(hv.Dimension("target"))
    clim = (shade.low, shade.high)
    style = {
        "color": "value",
        "cmap": shade.palette(colours),
        "clipping_colors": {"NaN": colours.muted},
        "size": size,
        "line_color": None,
        "fill_alpha": alpha,
        **({"colorbar": False, "clim": clim} if shade.categories else bar(clim=clim)),
    }
    return Layer(hv.Points, group, columns, (*dims, *vdims), style)


def _picture(
    x: Float,
    y: Float,
    shade: Shade,
    which: NDArray[np.int64],
    dims: Sequence[hv.Dimension],
    x_ends: tuple[float, float],
    y_ends: tuple[float, float],
    view: View,
) -> dict[str, Float]:
    """The stars that are `which`, shaded by datashader; without any of them an empty picture."""
    across, up = dims[0].name, dims[1].name
    if not which.size:
        none = np.empty(0, np.float32)
        return {across: none, up: none, "value": none.reshape(0, 0), "star": none.reshape(0, 0)}
    import datashader as ds  # takes a second or more
    import datashader.transfer_functions as tf
    from holoviews.operation.datashader import rasterize

    known = np.isfinite(shade.values[which])
    # What has no value lies below all others; what lies below the colours has the lowest of them.
    values = np.where(known, np.maximum(shade.values[which], shade.low), -np.inf).astype(np.float32)
    frame = pd.DataFrame({across: x[which], up: y[which], "value": values, "star": which})
    found = rasterize(
        hv.Points(frame, list(dims), ["value", "star"]),
        aggregator=ds.max("value"),
        selector=ds.max("value"),
        x_range=x_ends,
        y_range=tuple(sorted(y_ends)),
        width=min(max(view.width, 2), LARGEST),
        height=min(max(view.height, 2), LARGEST),
        dynamic=False,
    )
    # That of HoloViews lets whichever star comes last hide the strangest of its neighbours.
    spread = tf.dynspread(found.data["value"], threshold=0.9, max_px=2, how="max")
    columns = {name: np.asarray(found.data[name]) for name in (across, up, "star")}
    return {across: columns[across], up: columns[up], "value": np.asarray(spread), "star": columns["star"]}
