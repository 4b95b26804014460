"""The map of all stars, and below it the ranking and the measures of the run on the screen."""

from __future__ import annotations

import panel as pn

from clara_app.areas.parts import Tabs, column, part
from clara_app.card import card
from clara_app.panes.clusters import ClustersPane
from clara_app.panes.importance import ImportancePane
from clara_app.panes.map import MapPane
from clara_app.panes.measures import MeasuresPane
from clara_app.panes.ranking import RankingPane
from clara_app.session import Session

__all__ = ["ExploreArea"]


class ExploreArea(pn.viewable.Viewer):
    """Between the wheel and the star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.map = MapPane(session)
        self.tabs = Tabs(
            {
                "Ranking": lambda: RankingPane(session),
                "Measures": lambda: MeasuresPane(session),
                "Clusters": lambda: ClustersPane(session),
                "Features": lambda: ImportancePane(session),
            }
        )
        self.below = card(
            pn.bind(self._run_title, session.param.run_id),
            self.tabs,
            tools=(self.tabs.buttons,),
            chip=session.param.origin,
        )
        self._view = column(part(self.map, "1.15 1 0"), part(self.below, "1 1 0"))

    def _run_title(self, run_id: str) -> str:
        return self.session.run.name if self.session.run else "no run yet"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
