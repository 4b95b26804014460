"""Puts the scripts that draw the plots of notebooks into the site, which then needs no other server.

Panel fetches Bokeh's scripts and its own from a public server unless they are there already; so a page of a notebook
loads them first, from the packages that are installed here.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import panel
from bokeh.settings import settings
from sphinx.application import Sphinx

__all__ = ["setup"]

BOKEH = [f"{part}.min.js" for part in ("bokeh", "bokeh-gl", "bokeh-widgets", "bokeh-tables")]
PANEL = "panel.min.js"


def setup(sphinx: Sphinx) -> dict[str, bool]:
    """Copy the scripts, and name them on the pages of notebooks."""
    sphinx.connect("builder-inited", _copy)
    sphinx.connect("html-page-context", _name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _copy(sphinx: Sphinx) -> None:
    place = Path(sphinx.outdir, "_static", "plots")
    place.mkdir(parents=True, exist_ok=True)
    for script in BOKEH:
        shutil.copy(settings.bokehjs_path() / "js" / script, place)
    shutil.copy(Path(panel.__file__).parent / "dist" / PANEL, place)


def _name(sphinx: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    if page.startswith("notebooks/"):
        for script in (*BOKEH, PANEL):
            sphinx.add_js_file(f"plots/{script}")
