"""The page in a notebook: the whole of it, or single panes that follow each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import panel as pn

from clara_app.page import ExplorerPage
from clara_app.panes.facts import FactsPane
from clara_app.panes.fold import FoldPane
from clara_app.panes.light_curve import LightCurvePane
from clara_app.panes.map import MapPane
from clara_app.panes.measures import MeasuresPane
from clara_app.panes.periodogram import PeriodogramPane
from clara_app.panes.ranking import RankingPane
from clara_app.panes.why import WhyPane
from clara_app.server import server
from clara_app.session import Session
from clara_app.tab import Tab
from clara_app.theme import SHELL_CSS
from clara_app.time_axis import TimeAxis
from clara_engine.workspace import Workspace

__all__ = ["Explorer"]

PAGE_PX, PANE_PX = 900, 420
PANES: dict[str, Callable[[Session], object]] = {
    "map": MapPane,
    "ranking": RankingPane,
    "measures": MeasuresPane,
    "facts": FactsPane,
    "light_curve": lambda session: LightCurvePane(session, TimeAxis()),
    "periodogram": PeriodogramPane,
    "fold": FoldPane,
    "why_strange": WhyPane,
}


class Explorer(pn.viewable.Viewer):
    """The page on a workspace, and its panes one by one; what is chosen in one is chosen in all.

    Parameters
    ----------
    workspace : Workspace, path or None
        By default the one that `clara serve` would open.

    Attributes
    ----------
    session : Session
        What is on the screen: the run, the selected star, the selection. Setting its parameters changes the panes.
    """

    def __init__(self, workspace: Workspace | Path | str | None = None) -> None:
        super().__init__()
        folder = workspace.folder if isinstance(workspace, Workspace) else workspace
        self.session = Session(server(folder))

    def pane(self, name: str, *, height: int = PANE_PX) -> pn.viewable.Viewable:
        """One pane: map, ranking, measures, facts, light_curve, periodogram, fold or why_strange.

        Parameters
        ----------
        height : int
            Pixels.
        """
        if name not in PANES:
            raise ValueError(f"no pane {name!r}: choose {', '.join(PANES)}")
        return self._framed(PANES[name](self.session), height)

    def _framed(self, shown: object, height: int) -> pn.Column:
        place = f":host {{ position: relative; inset: auto; width: 100%; height: {height}px; }}"
        return pn.Column(
            Tab(names_only=True),
            shown,
            sizing_mode="stretch_width",
            height=height,
            margin=0,
            stylesheets=[SHELL_CSS, place],
            css_classes=["dark"] if self.session.dark else [],
        )

    def __panel__(self) -> pn.viewable.Viewable:
        page = ExplorerPage(self.session)
        page.tab.names_only = True
        page.view.param.update(
            height=PAGE_PX,
            sizing_mode="stretch_width",
            stylesheets=[*page.view.stylesheets, f":host {{ position: relative; width: 100%; height: {PAGE_PX}px; }}"],
        )
        return page.view
