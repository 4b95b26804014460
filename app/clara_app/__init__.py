"""The dashboard: a thin skin over `clara_engine`, for `panel serve app`, and for notebooks by `explore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from clara_app.notebook import Explorer
    from clara_engine.workspace import Workspace

__all__ = ["explore"]


def explore(workspace: Workspace | Path | str | None = None) -> Explorer:
    """The page on a workspace, for a notebook: the last line of a cell shows it.

    Parameters
    ----------
    workspace : Workspace, path or None
        By default the one that ``clara serve`` would open.

    Examples
    --------
    >>> explorer = explore("sector1")  # doctest: +SKIP
    >>> explorer.pane("map")  # doctest: +SKIP
    """
    import panel as pn

    from clara_app.notebook import Explorer  # Panel takes a second to load, and `clara serve` looks for the page only

    pn.extension()
    return Explorer(workspace)
