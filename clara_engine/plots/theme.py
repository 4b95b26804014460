"""Colours and frames of all plots and of the page, light and dark: colour-blind-safe, one colour of emphasis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import holoviews as hv
from bokeh.models import CustomJSTickFormatter, NoOverlap
from bokeh.models.annotations import ColorBar, Legend
from bokeh.palettes import Viridis256

__all__ = [
    "AXIS",
    "CATEGORIES",
    "PALETTES",
    "PPM_TICKS",
    "SIZE",
    "Palette",
    "bar",
    "diverging",
    "framed",
    "mixed",
    "palette",
    "plate",
]

#: Okabe & Ito (2008): eight colours that colour-blind people tell apart; black is replaced to work on both grounds.
CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#8A6FDF")


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of data in one of the two looks.

    Attributes
    ----------
    accent, accent_soft : str
        The one colour of emphasis, and a pale version of it.
    points : str
        Measured samples.
    warn : str
        Flagged samples, and what is about to be lost.
    muted : str
        What has no value.
    ground, text, quiet : str
        Behind the plots; text and axis titles; tick labels and axis lines.
    behind : str
        Between the cards.
    on_accent : str
        Text on the accent.
    danger : str
        What went wrong.
    ramp : tuple of str
        From low to high; the high end stands out most against the ground.
    """

    accent: str
    accent_soft: str
    points: str
    warn: str
    muted: str
    ground: str
    text: str
    quiet: str
    behind: str
    on_accent: str
    danger: str
    ramp: tuple[str, ...]


PALETTES = {
    False: Palette(
        accent="#1f5fa8",
        accent_soft="#9dbfe6",
        points="#5c6773",
        warn="#D55E00",
        muted="#c9ced4",
        ground="#ffffff",
        text="#2b3138",
        quiet="#68717b",
        behind="#f3f5f7",
        on_accent="#ffffff",
        danger="#b3261e",
        ramp=tuple(Viridis256[:236][::-1]),
    ),
    True: Palette(
        accent="#7fb4f0",
        accent_soft="#34597f",
        points="#9aa7b4",
        warn="#E69F00",
        muted="#4a5058",
        ground="#181d22",
        text="#d8dde3",
        quiet="#98a2ad",
        behind="#101418",
        on_accent="#10233a",
        danger="#ff8a7a",
        ramp=tuple(Viridis256[45:]),
    ),
}


def palette(dark: bool) -> Palette:
    """The colours for a light or dark page."""
    return PALETTES[dark]


def mixed(first: str, last: str, steps: int) -> list[str]:
    """Colours from one to another.

    Parameters
    ----------
    first, last : str
        ``#rrggbb``.
    steps : int
        How many, both ends included.
    """
    ends = [[int(shade[at : at + 2], 16) for at in (1, 3, 5)] for shade in (first, last)]
    shares = [place / max(steps - 1, 1) for place in range(steps)]
    return ["#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True)) for share in shares]


def diverging(colours: Palette, steps: int = 41) -> list[str]:
    """From the accent over the ground to the warning colour: less, nothing, more."""
    half = steps // 2

    def towards(shade: str) -> list[str]:
        return mixed(colours.ground, mixed(colours.ground, shade, 6)[4], half + 1)[1:]  # four fifths of the way

    return [*towards(colours.accent)[::-1], colours.ground, *towards(colours.warn)]


#: Tick labels that are always equally wide: an axis that changes its width lays out the whole page anew.
PPM_TICKS = "return Math.round(tick).toLocaleString('en').padStart(10)"
MONOSPACE = "ui-monospace, Menlo, Consolas, monospace"
#: In a notebook as wide as its cell, and this high [pixels]; any option of HoloViews may say otherwise.
SIZE: dict[str, Any] = {"responsive": True, "min_height": 280, "min_width": 100}

#: Letters and ticks of every axis.
AXIS: dict[str, Any] = {
    "axis_label_text_font_size": "11px",
    "axis_label_text_font_style": "normal",
    "axis_label_standoff": 3,
    "major_label_text_font_size": "10px",
    "major_label_standoff": 3,
    "major_tick_in": 0,
    "major_tick_out": 4,
    "minor_tick_line_color": None,
}
_LEGEND = {
    "orientation": "horizontal",
    "padding": 2,
    "margin": 2,
    "border_line_color": None,
    "background_fill_alpha": 0,
    "label_text_font_size": "10px",
    "glyph_width": 14,
}


@dataclass(frozen=True)
class Paint:
    """Gives a figure that HoloViews has made, and again whenever it changes, the lines and colours of a theme."""

    dark: bool
    y_ticks: str = ""

    def __call__(self, plot: Any, element: Any) -> None:
        """What HoloViews calls as a hook."""
        colours, figure = palette(self.dark), plot.state
        figure.update(
            background_fill_color=colours.ground,
            border_fill_color=colours.ground,
            outline_line_color=None,
            min_border=4,
            output_backend="canvas",  # a browser has fewer contexts of WebGL than a page has plots
            # At places that are no whole pixels Bokeh leaves at the edges what it painted before: white, when dark.
            styles={"clip-path": "inset(2px)"},
        )
        figure.title.text_color = colours.text
        figure.toolbar.update(logo=None, autohide=True)
        for grid in figure.grid:
            grid.grid_line_color = None
        for axis in figure.axis:
            if not isinstance(axis.major_label_policy, NoOverlap):
                axis.major_label_policy = NoOverlap(min_distance=4)
            axis.update(
                **AXIS,
                axis_line_color=colours.quiet,
                major_tick_line_color=colours.quiet,
                axis_label_text_color=colours.text,
                major_label_text_color=colours.quiet,
            )
        for axis in figure.yaxis if self.y_ticks else ():
            if not isinstance(axis.formatter, CustomJSTickFormatter):
                axis.update(formatter=CustomJSTickFormatter(code=self.y_ticks), major_label_text_font=MONOSPACE)
        beside = [*figure.right, *figure.left, *figure.above, *figure.below, *figure.center]
        for scale in (part for part in beside if isinstance(part, ColorBar)):
            scale.update(
                major_label_text_color=colours.quiet,
                major_tick_line_color=colours.quiet,
                title_text_color=colours.text,
            )
        for legend in (part for part in beside if isinstance(part, Legend)):
            legend.update(**_LEGEND, label_text_color=colours.text)


def framed(
    parts: Iterable[hv.Element],
    dark: bool,
    given: dict[str, Any],
    *,
    y_ticks: str = "",
    tools: Iterable[str] = ("pan", "wheel_zoom", "box_zoom", "reset"),
    drag: str = "box_zoom",
    scroll: str | None = None,
    **options: Any,
) -> hv.Overlay:
    """Lay elements over each other, in a frame of one theme.

    Parameters
    ----------
    given : dict
        What whoever calls a plot wants otherwise: options of an Overlay of HoloViews, such as ``width`` and ``height``.
    y_ticks : str
        JavaScript that writes the labels of the y axis.
    tools : iterable of str
        Of Bokeh; without any there is no toolbar.
    drag, scroll : str, optional
        Which of them are in use at first.
    """
    tools = list(tools)
    active = [name for name in (drag, scroll) if name in tools]
    chosen: dict[str, Any] = SIZE | {
        "show_legend": False,
        "show_frame": False,
        "active_tools": active,
        "toolbar": "right" if tools else None,
        "hooks": [Paint(dark, y_ticks), *given.get("hooks", ())],
        "framewise": True,
        "shared_axes": False,
    }
    if "width" in given or "height" in given:
        chosen |= {"responsive": False, "min_height": None, "min_width": None}
    chosen |= options | {name: value for name, value in given.items() if name != "hooks"}
    # Tools are asked of every part of an overlay, and none of the overlay.
    drawn = hv.Overlay([part.opts(default_tools=[] if place else tools) for place, part in enumerate(parts)])
    return drawn.opts(hv.opts.Overlay(**chosen))


def plate(colours: Palette) -> dict[str, Any]:
    """Options of words that can be read over points: what is behind them is faint."""
    return {"background_fill_color": colours.ground, "background_fill_alpha": 0.7}


def bar(**options: Any) -> dict[str, Any]:
    """Options of a slim colour bar."""
    return {
        "colorbar": True,
        "colorbar_opts": {
            "width": 8,
            "padding": 2,
            "margin": 0,
            "label_standoff": 4,
            "major_label_text_font_size": "10px",
            "title_text_font_size": "11px",
            "title_text_font_style": "normal",
            "bar_line_color": None,
            "background_fill_alpha": 0,
        },
        **options,
    }
