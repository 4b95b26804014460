"""A plot as a picture in a file, drawn by matplotlib from what HoloViews was told: no browser is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import holoviews as hv

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically
from clara_engine.plots.still_marks import MARKS, colour_scale
from clara_engine.plots.theme import Palette, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PICTURES", "save_picture"]

#: Formats by the ending of file names, with what keeps the time of day out of the file.
PICTURES: Mapping[str, Mapping[str, Any]] = {
    ".png": {},
    ".pdf": {"CreationDate": None},
    ".svg": {"Date": None},
}
SIZE = (6.4, 4.2)
DOTS_AN_INCH = 160
FONT_PT = 8


def save_picture(
    plot: hv.Element | hv.Overlay | hv.Layout,
    path: Path,
    *,
    size: tuple[float, float] = SIZE,
    title: str = "",
    dark: bool = False,
) -> None:
    """Write a plot of this package as PNG, PDF or SVG, such as a paper has.

    Parameters
    ----------
    plot : hv.Element, hv.Overlay or hv.Layout
        What a function of `clara_engine.plots` gives; plots of a Layout stand one below another.
    path : Path
        Its ending says the format: one of `PICTURES`.
    size : (float, float)
        Width and height of each plot [inches].
    title : str
        Above the plot.
    dark : bool
        Whether the plot was made with the dark look.

    Raises
    ------
    WorkspaceError
        When the ending is another one, or the file can't be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    ending = path.suffix.lower()
    if ending not in PICTURES:
        raise WorkspaceError(f"{path.name}: the ending says the format; use one of {', '.join(PICTURES)}")
    parts = list(plot) if isinstance(plot, hv.Layout) else [plot]
    # Nothing goes through matplotlib's settings, which all threads share.
    figure = Figure(figsize=(size[0], size[1] * len(parts)), layout="constrained")
    FigureCanvasAgg(figure)
    colours = palette(dark)
    figure.set_facecolor(colours.ground)
    for axes, part in zip(figure.subplots(len(parts), squeeze=False)[:, 0], parts, strict=True):
        _draw(figure, axes, part, colours)
    if title:
        figure.suptitle(title, fontsize=FONT_PT + 1, color=colours.text)
    write_atomically(
        path.absolute(),
        lambda beside: figure.savefig(
            beside, format=ending.removeprefix("."), dpi=DOTS_AN_INCH, metadata=dict(PICTURES[ending])
        ),
    )


def _draw(figure: Figure, axes: Axes, plot: hv.Element | hv.Overlay, colours: Palette) -> None:
    """Draw one frame with all that lies in it."""
    frame = plot.opts.get("plot").kwargs
    axes.set_facecolor(colours.ground)
    if frame.get("logx"):
        axes.set_xscale("log")
    if frame.get("logy"):
        axes.set_yscale("log")
    told: set[str] = set()
    for element in _elements(plot):
        if not len(element):
            continue
        style, options = (element.opts.get(group, defaults=False).kwargs for group in ("style", "plot"))
        MARKS[type(element)](axes, element, style, options)
        if not options.get("colorbar"):
            continue
        scale, words = colour_scale(element, style, options)
        if words not in told:  # parts of one map share their colours
            told.add(words)
            bar = figure.colorbar(scale, ax=axes, pad=0.01, aspect=40)
            bar.set_label(words, fontsize=FONT_PT, color=colours.text)
            bar.ax.tick_params(labelsize=FONT_PT - 1, colors=colours.quiet)
            bar.outline.set_visible(False)
    _axis(axes, "x", frame, plot, colours)
    _axis(axes, "y", frame, plot, colours)
    if frame.get("show_legend") and axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=FONT_PT - 1, frameon=False, labelcolor=colours.text)


def _elements(plot: hv.Element | hv.Overlay) -> Iterator[hv.Element]:
    yield from plot if isinstance(plot, hv.Overlay) else [plot]


def _axis(
    axes: Axes, side: Literal["x", "y"], frame: Mapping[str, Any], plot: hv.Element | hv.Overlay, colours: Palette
) -> None:
    """Ends, title, ticks and colours of an axis; one that HoloViews was told not to draw is not drawn."""
    axis = axes.xaxis if side == "x" else axes.yaxis
    ends = frame.get(f"{side}lim")
    if ends is not None and None not in ends:
        axes.set(**{f"{side}lim": ends})
    if frame.get(f"invert_{side}axis"):
        axis.set_inverted(True)
    title = frame.get(f"{side}label") or _title(plot, 0 if side == "x" else 1)
    axis.set_label_text(title.strip(), fontsize=FONT_PT, color=colours.text)
    ticks = frame.get(f"{side}ticks")
    if isinstance(ticks, list):
        named = [tick if isinstance(tick, tuple) else (tick, f"{tick:g}") for tick in ticks]
        axis.set_ticks([place for place, _ in named], [str(word) for _, word in named], minor=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(colours.quiet)
    turned = float(frame.get(f"{side}rotation") or 0)
    axes.tick_params(axis=side, which="both", labelsize=FONT_PT - 1, colors=colours.quiet, labelrotation=turned)
    if turned:
        for label in axis.get_ticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")
    if frame.get(f"{side}axis", True) is None:
        axis.set_visible(False)
        axes.spines["bottom" if side == "x" else "left"].set_visible(False)


def _title(plot: hv.Element | hv.Overlay, place: int) -> str:
    """What HoloViews writes at an axis that was given no title."""
    with suppress(IndexError, StopIteration):
        return str(next(_elements(plot)).dimensions()[place].pprint_label)
    return ""
