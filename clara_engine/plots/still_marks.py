"""What each kind of element of HoloViews looks like in matplotlib, by the options that it has for Bokeh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import holoviews as hv
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

__all__ = ["MARKS", "colour_scale"]

#: Bokeh measures lines and points in pixels of 1/96 inch, matplotlib in points of 1/72 inch.
POINT = 72 / 96
MARKERS = {
    "circle": "o",
    "cross": "+",
    "diamond": "d",
    "inverted_triangle": "v",
    "square": "s",
    "triangle": "^",
    "x": "x",
}
DASHES = {"dashed": "--", "dotted": ":"}
USUAL = "#1f5fa8"

Style = Mapping[str, Any]


def colour_scale(element: hv.Element, style: Style, options: Style) -> tuple[ScalarMappable, str]:
    """The colours of an element's values, and what these are.

    Parameters
    ----------
    element : hv.Element
    style, options : mapping
        Of HoloViews, for this element.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Colormap, ListedColormap, Normalize

    said = style.get("color")
    value = element.get_dimension(said if _is_column(element, said) else 2)
    colours: Colormap = ListedColormap(list(style["cmap"]))
    clipped = options.get("clipping_colors", {})
    ends = {"bad": clipped.get("NaN", "transparent"), "under": clipped.get("min", style["cmap"][0])}
    colours = colours.with_extremes(**{end: _plain(shade) for end, shade in ends.items()})
    return ScalarMappable(Normalize(*options["clim"]), colours), str(value.pprint_label)


def _points(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    x, y = (element.dimension_values(place) for place in (0, 1))
    size = style.get("size", 4)
    size = element.dimension_values(size) if _is_column(element, size) else size
    marker = MARKERS[style.get("marker", "circle")]
    fill = _colours(element, style, options, "fill_color")
    edge = _colours(element, style, options, "line_color")
    look: dict[str, Any] = {"c": edge} if marker in "+x" else {"facecolors": fill, "edgecolors": edge}
    width = POINT * float(style.get("line_width", 1))
    axes.scatter(x, y, s=(POINT * np.asarray(size, float)) ** 2, marker=marker, linewidths=width, zorder=2, **look)


def _rectangles(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    from matplotlib.collections import PolyCollection

    x0, y0, x1, y1 = (element.dimension_values(place) for place in range(4))
    corners = np.stack([np.stack([x0, y0], 1), np.stack([x1, y0], 1), np.stack([x1, y1], 1), np.stack([x0, y1], 1)], 1)
    axes.add_collection(PolyCollection(list(corners), **_area(element, style, options)))


def _segments(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    x0, y0, x1, y1 = (element.dimension_values(place) for place in range(4))
    _lines(axes, np.stack([np.stack([x0, y0], 1), np.stack([x1, y1], 1)], 1), element, style, options)


def _curve(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    x, y = (element.dimension_values(place) for place in (0, 1))
    look = {"color": style.get("color", USUAL), "alpha": style.get("alpha"), "linewidth": _width(style)}
    axes.plot(x, y, DASHES.get(style.get("line_dash", ""), "-"), label=element.label or None, **look)


def _paths(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    _lines(axes, [part.array(element.kdims) for part in element.split()], element, style, options)


def _polygons(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    from matplotlib.collections import PolyCollection

    parts = [part.array(element.kdims) for part in element.split()]
    axes.add_collection(PolyCollection(parts, **_area(element, style, options)))


def _band(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    x, first = element.dimension_values(0), element.dimension_values(1)
    second = element.dimension_values(2) if len(element.vdims) > 1 else np.zeros(len(first))
    axes.fill_between(x, first, second, **_area(element, style, options) | {"linewidth": 0})


def _words(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    size = POINT * float(str(style.get("text_font_size", "11px")).removesuffix("px"))
    plate = style.get("background_fill_color")
    box = {"facecolor": plate, "alpha": style.get("background_fill_alpha", 1), "edgecolor": "none", "pad": 1}
    for x, y, word in zip(*(element.dimension_values(place) for place in range(3)), strict=True):
        axes.text(
            x,
            y,
            str(word),
            fontsize=size,
            color=style.get("text_color"),
            weight="bold" if style.get("text_font_style") == "bold" else "normal",
            horizontalalignment=style.get("text_align", "center"),
            verticalalignment="center",
            bbox=box if plate else None,
            clip_on=True,
        )


def _picture(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    scale, _ = colour_scale(element, style, options)
    left, bottom, right, top = element.bounds.lbrt()
    colours = scale.to_rgba(_known(element.dimension_values(2, flat=False)))
    colours[..., 3] *= style.get("alpha", 1)
    axes.imshow(
        colours,
        extent=(left, right, bottom, top),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )


def _upright(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    for place in element.dimension_values(0):
        axes.axvline(place, color=style.get("color", USUAL), linestyle=_dash(style), linewidth=_width(style))


def _level(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    for place in element.dimension_values(1 if len(element.dimensions()) > 1 else 0):
        axes.axhline(place, color=style.get("color", USUAL), linestyle=_dash(style), linewidth=_width(style))


def _spans(axes: Axes, element: hv.Element, style: Style, options: Style) -> None:
    for first, last in zip(element.dimension_values(0), element.dimension_values(1), strict=True):
        axes.axvspan(first, last, **_area(element, style, options))


#: By the kind of element.
MARKS: Mapping[type, Callable[[Axes, hv.Element, Style, Style], None]] = {
    hv.Area: _band,
    hv.Curve: _curve,
    hv.HLines: _level,
    hv.Image: _picture,
    hv.Labels: _words,
    hv.Path: _paths,
    hv.Points: _points,
    hv.Polygons: _polygons,
    hv.Rectangles: _rectangles,
    hv.Scatter: _points,
    hv.Segments: _segments,
    hv.VLines: _upright,
    hv.VSpans: _spans,
}


def _lines(axes: Axes, lines: Any, element: hv.Element, style: Style, options: Style) -> None:
    from matplotlib.collections import LineCollection

    colours = _colours(element, style, options, "line_color")
    axes.add_collection(LineCollection(lines, colors=colours, linewidths=_width(style), linestyles=_dash(style)))


def _area(element: hv.Element, style: Style, options: Style) -> dict[str, Any]:
    """Inside and edge of an area."""
    return {
        "facecolor": _colours(element, style, options, "fill_color"),
        "edgecolor": _colours(element, style, options, "line_color"),
        "linewidth": _width(style),
    }


def _colours(element: hv.Element, style: Style, options: Style, own: str) -> NDArray[np.float64]:
    """Red, green, blue and opacity, one for all or one for each: of a column, or the colour that is said."""
    from matplotlib.colors import to_rgba, to_rgba_array

    said = style.get(own, style.get("color", USUAL))
    if _is_column(element, said):
        values = element.dimension_values(said, expanded=not isinstance(element, hv.Path))
        if values.dtype.kind in "OU":
            found = to_rgba_array([str(value) for value in values])
        else:
            scale, _ = colour_scale(element, style, options)
            found = np.asarray(scale.to_rgba(_known(values)))
    else:
        found = np.array([to_rgba(_plain(said))])
    faint = float(style.get("alpha", 1)) * float(style.get(f"{own.removesuffix('_color')}_alpha", 1))
    found[:, 3] *= faint
    return found


def _known(values: NDArray[Any]) -> np.ma.MaskedArray[Any, Any]:
    """Values without those that are none; what is infinitely low has the colour below all others."""
    numbers = values.astype(float)
    return np.ma.masked_where(np.isnan(numbers), numbers)


def _is_column(element: hv.Element, said: Any) -> bool:
    return isinstance(said, str) and said in element.dimensions(label="name")


def _plain(colour: str | None) -> str:
    """A colour as matplotlib calls it."""
    return "none" if colour in (None, "transparent") else str(colour)


def _dash(style: Style) -> str:
    return DASHES.get(style.get("line_dash", ""), "-")


def _width(style: Style) -> float:
    return POINT * float(style.get("line_width", 1))
