"""Colours and sizes of the page, for the light and the dark look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bokeh.palettes import Viridis256
from bokeh.plotting import figure

__all__ = ["CATEGORIES", "CSS", "LOOKS", "THEME_CONFIG", "Look", "look", "plot"]

#: Okabe & Ito (2008): eight colours that colour-blind people tell apart; black is replaced to work on both grounds.
CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#8A6FDF")


@dataclass(frozen=True, slots=True)
class Look:
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
    ramp : tuple of str
        From low to high; the high end stands out most against the ground.
    """

    accent: str
    accent_soft: str
    points: str
    warn: str
    muted: str
    ramp: tuple[str, ...]


LOOKS = {
    False: Look("#1f5fa8", "#9dbfe6", "#5c6773", "#D55E00", "#c9ced4", tuple(Viridis256[:236][::-1])),
    True: Look("#7fb4f0", "#34597f", "#9aa7b4", "#E69F00", "#4a5058", tuple(Viridis256[45:])),
}


def look(dark: bool) -> Look:
    """The colours for a light or dark page."""
    return LOOKS[dark]


_COMPACT: dict[str, Any] = {
    "typography": {"fontSize": 12, "fontFamily": "Roboto, Helvetica, Arial, sans-serif"},
    "shape": {"borderRadius": 4},
    "components": {
        "MuiToolbar": {
            "styleOverrides": {"root": {"minHeight": "44px !important", "paddingLeft": "12px", "paddingRight": "8px"}}
        },
        "MuiTab": {"styleOverrides": {"root": {"minHeight": "34px", "padding": "4px 10px", "textTransform": "none"}}},
        "MuiTabs": {"styleOverrides": {"root": {"minHeight": "34px"}}},
        "MuiButton": {"styleOverrides": {"root": {"textTransform": "none"}}},
        "MuiToggleButton": {"styleOverrides": {"root": {"textTransform": "none", "padding": "1px 8px"}}},
    },
}

#: For `panel_material_ui.Page`; every component on the page inherits it.
THEME_CONFIG: dict[str, Any] = {
    "light": {
        **_COMPACT,
        "palette": {
            "primary": {"main": LOOKS[False].accent},
            "background": {"default": "#f3f5f7", "paper": "#ffffff"},
        },
    },
    "dark": {
        **_COMPACT,
        "palette": {
            "primary": {"main": LOOKS[True].accent},
            "background": {"default": "#101418", "paper": "#181d22"},
        },
    },
}

#: Shared by the HTML that panes write.
CSS = """
:host { font-size: 12px; line-height: 1.45; font-variant-numeric: tabular-nums; color: var(--panel-on-surface-color); }
.quiet { opacity: .65; }
.chip { display: inline-block; padding: 0 6px; border: 1px solid currentColor; border-radius: 8px; font-size: 10px;
        line-height: 15px; letter-spacing: .04em; opacity: .75; white-space: nowrap; }
.problem { color: var(--danger-bg-color); }
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
    }
    drawn = figure(**(defaults | options))
    drawn.toolbar.logo = None
    drawn.toolbar.autohide = True
    drawn.axis.minor_tick_line_color = None
    drawn.grid.visible = False
    return drawn
