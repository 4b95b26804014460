"""Colours and sizes of the page, for the light and the dark theme."""

from __future__ import annotations

from typing import Any

from bokeh.models.annotations import ColorBar
from bokeh.models.formatters import CustomJSTickFormatter
from bokeh.plotting import figure
from bokeh.themes import Theme

from clara_engine.plots.theme import CATEGORIES, PALETTES, POWER_TICKS, PPM_TICKS, Palette, diverging, palette

__all__ = [
    "BORDER",
    "CATEGORIES",
    "CSS",
    "PALETTES",
    "PLOT_THEME",
    "POWER_TICKS",
    "PPM_TICKS",
    "SHELL_CSS",
    "SIDE_CSS",
    "Palette",
    "diverging",
    "fixed_ticks",
    "paint_frame",
    "palette",
    "plot",
    "progress_css",
]

_AXIS = {
    "axis_label_text_font_size": "11px",
    "axis_label_text_font_style": "normal",
    "axis_label_standoff": 3,
    "major_label_text_font_size": "10px",
    "major_label_standoff": 3,
    "major_tick_in": 0,
    "major_tick_out": 4,
    "minor_tick_line_color": None,
}

#: All these models are named, even with no attributes: else the browser restyles every figure after its layout.
PLOT_THEME = Theme(
    json={
        "attrs": {
            "Axis": _AXIS,
            "Figure": {},
            "Grid": {"grid_line_color": None},
            "Title": {},
            "Legend": {},
            "ColorBar": {"major_label_text_font_size": "10px", "bar_line_color": None, "background_fill_alpha": 0},
        }
    }
)


def fixed_ticks(drawn: figure, code: str) -> None:
    """Label the y axis of a figure with text of a fixed width."""
    drawn.yaxis.formatter = CustomJSTickFormatter(code=code)
    drawn.yaxis.major_label_text_font = "ui-monospace, Menlo, Consolas, monospace"


SHADE = "color-mix(in srgb, var(--text) 14%, transparent)"
#: The line around cards, in both themes.
BORDER = "1px solid color-mix(in srgb, var(--text) 16%, transparent)"


def progress_css(place: str, bar: str = "var(--accent)", behind: str = SHADE) -> str:
    """Style of a progress bar; `place` is the CSS of its position and size."""
    return f"""
progress {{ appearance: none; border: none; border-radius: 3px; overflow: hidden; background: {behind}; {place} }}
progress::-webkit-progress-bar {{ background: transparent; }}
progress::-webkit-progress-value {{ background: {bar}; }}
progress::-moz-progress-bar {{ background: {bar}; }}
"""


def _variables(colours: Palette) -> str:
    return (
        f"--accent: {colours.accent}; --on-accent: {colours.on_accent}; --text: {colours.text}; "
        f"--ground: {colours.ground}; --behind: {colours.behind}; --danger: {colours.danger};"
    )


#: Style of the whole page: colours, which everything inside inherits, and font.
SHELL_CSS = f"""
:host {{ {_variables(PALETTES[False])} color-scheme: light; position: fixed; inset: 0; width: 100vw; height: 100vh;
        background: var(--behind); color: var(--text);
        font: 14px Roboto, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Noto Sans", sans-serif;
        font-size-adjust: .52; }}
:host(.dark) {{ {_variables(PALETTES[True])} color-scheme: dark; }}
.header {{ background: #16304d; color: white; padding: 0 8px; gap: 6px; box-sizing: border-box; }}
"""
SIDE_CSS = f"""
:host {{ flex: 0 0 auto; background: var(--ground);
        border-right: {BORDER}; }}
"""

#: Shared by the HTML that panes write.
CSS = """
:host { font-size: 12px; line-height: 1.45; font-variant-numeric: tabular-nums; color: var(--text); }
.quiet { opacity: .65; }
.chip { display: inline-block; padding: 0 6px; border: 1px solid currentColor; border-radius: 8px; font-size: 10px;
        line-height: 15px; letter-spacing: .04em; opacity: .75; white-space: nowrap; }
.problem { color: var(--danger); }
table { border-collapse: collapse; width: 100%; }
td, th { padding: 2px 6px; text-align: right; white-space: nowrap; font-weight: 400; }
th { opacity: .65; }
td:first-child, th:first-child { text-align: left; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; }
"""


def plot(**options: Any) -> figure:
    """A figure with the page's defaults: no title, thin axes, tools shown on hover only."""
    defaults: dict[str, Any] = {
        "sizing_mode": "stretch_both",
        "min_height": 60,
        "min_width": 100,
        "toolbar_location": "right",
        "output_backend": "canvas",
        "min_border": 2,
        "outline_line_color": None,
        # At places that are no whole pixels Bokeh leaves at the edges what it painted before: white, in the dark look.
        "styles": {"clip-path": "inset(2px)"},
    }
    drawn = figure(**(defaults | options))
    drawn.toolbar.logo = None
    drawn.toolbar.autohide = True
    return drawn


def paint_frame(drawn: figure, colours: Palette) -> None:
    """Give background, axes and colour bars of a figure the colours of a palette."""
    drawn.update(background_fill_color=colours.ground, border_fill_color=colours.ground)
    for axis in drawn.axis:
        axis.update(
            axis_line_color=colours.quiet,
            major_tick_line_color=colours.quiet,
            axis_label_text_color=colours.text,
            major_label_text_color=colours.quiet,
        )
    for bar in drawn.select({"type": ColorBar}):
        bar.update(major_label_text_color=colours.quiet, major_tick_line_color=colours.quiet)
