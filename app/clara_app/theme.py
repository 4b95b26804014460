"""Colours and sizes of the page, for the light and the dark theme."""

from __future__ import annotations

from bokeh.themes import Theme

from clara_engine.plots.theme import AXIS, CATEGORIES, PALETTES, Palette, palette

__all__ = [
    "BORDER",
    "CATEGORIES",
    "CSS",
    "PALETTES",
    "PLOT_THEME",
    "SHELL_CSS",
    "SIDE_CSS",
    "Palette",
    "palette",
    "progress_css",
]

#: All these models are named, even with no attributes: else the browser restyles every figure after its layout.
PLOT_THEME = Theme(
    json={
        "attrs": {
            "Axis": AXIS,
            "Figure": {},
            "Grid": {"grid_line_color": None},
            "Title": {},
            "Legend": {},
            "ColorBar": {"major_label_text_font_size": "10px", "bar_line_color": None, "background_fill_alpha": 0},
        }
    }
)


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
