"""Colours and sizes of the page, for the light and the dark theme."""

from __future__ import annotations

from pathlib import Path

from bokeh.themes import Theme

from clara_engine.plots.theme import AXIS, CATEGORIES, PALETTES, Palette, palette

__all__ = [
    "BORDER",
    "CATEGORIES",
    "CSS",
    "PAGE_CSS",
    "PALETTES",
    "PLOT_THEME",
    "SHELL_CSS",
    "SIDE_CSS",
    "STATIC",
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
        f"--ground: {colours.ground}; --behind: {colours.behind}; --danger: {colours.danger}; --warn: {colours.warn};"
    )


#: Style of the whole page: colours, which everything inside inherits, and font.
SHELL_CSS = f"""
:host {{ {_variables(PALETTES[False])} color-scheme: light; position: fixed; inset: 0 0 var(--bar, 0px);
        width: 100vw; height: calc(100vh - var(--bar, 0px));
        background: var(--behind); color: var(--text); --mark: none;
        font: 14px Roboto, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Noto Sans", sans-serif;
        font-size-adjust: .52; }}
:host(.dark) {{ {_variables(PALETTES[True])} color-scheme: dark; }}
.header {{ background: #16304d; color: white; padding: 0 8px; gap: 6px; box-sizing: border-box; }}
"""
#: The page before anything of it is drawn.
PAGE_CSS = f"""
html {{ background: {PALETTES[False].behind}; }}
@media (prefers-color-scheme: dark) {{ html {{ background: {PALETTES[True].behind}; }} }}
"""
SIDE_CSS = f"""
:host {{ flex: 0 0 auto; background: var(--ground);
        border-right: {BORDER}; }}
"""

#: Where the scripts and styles of the page lie.
STATIC = Path(__file__).parent / "static"
#: Shared by the HTML that panes write.
CSS = (STATIC / "text.css").read_text("utf-8")
