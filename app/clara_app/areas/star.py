"""The selected star: what is known of it, its light curve, and one more view of it at a time."""

from __future__ import annotations

import panel as pn

from clara_app.areas.parts import SMALL, Tabs, column, part, row
from clara_app.panes.ephemeris import EphemerisBar
from clara_app.panes.facts import FactsPane
from clara_app.panes.fold import FoldPane
from clara_app.panes.gaia import GaiaPane
from clara_app.panes.light_curve import LightCurvePane
from clara_app.panes.periodogram import PeriodogramPane
from clara_app.panes.similar import SimilarPane
from clara_app.panes.verdict import VerdictPane
from clara_app.panes.vetting import VettingPane
from clara_app.panes.why import WhyPane
from clara_app.session import STAR_TABS, Session
from clara_app.time_axis import TimeAxis

__all__ = ["StarArea"]

#: In a small window, where the column scrolls, the verdict stays in view.
STICKY = SMALL % "position: sticky !important; bottom: 0; z-index: 5"


class StarArea(pn.viewable.Viewer):
    """Right of the map and of the vetting queue."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        axis = TimeAxis()
        self.facts, self.light_curve = FactsPane(session), LightCurvePane(session, axis)
        self.verdict = VerdictPane(session)
        self.tabs = Tabs(
            {
                STAR_TABS["period"]: lambda: column(
                    part(row(part(PeriodogramPane(session), "1 1 0"), part(FoldPane(session), "1.15 1 0")), "1 1 0"),
                    EphemerisBar(session),
                ),
                STAR_TABS["why"]: lambda: WhyPane(session),
                STAR_TABS["similar"]: lambda: SimilarPane(session),
                STAR_TABS["vetting"]: lambda: VettingPane(session, axis),
                STAR_TABS["gaia"]: lambda: GaiaPane(session),
            },
            STAR_TABS[session.star_tab],
        )
        names = {title: name for name, title in STAR_TABS.items()}
        self.tabs.buttons.param.watch(lambda event: session.param.update(star_tab=names[event.new]), "value")
        session.follow(lambda *events: self.tabs.open(STAR_TABS[session.star_tab]), "star_tab")
        session.follow(self._arrange, "views")
        self._arrange()
        below = column(pn.Row(self.tabs.buttons, margin=0, height=26), self.tabs)
        self._boxes = [part(self.light_curve, "1.1 1 0", least=210), part(below, "1.3 1 0", least=330)]
        self._view = column(
            self.facts,
            *self._boxes,
            part(self.verdict, "0 0 138px", css=STICKY),
            css=SMALL % "overflow-y: auto",
        )

    def _arrange(self, *events: object) -> None:
        self.tabs.beside = [STAR_TABS[view] for view in self.session.views]

    def parts(self) -> list[pn.Column | pn.Row]:
        """Boxes that can be filled after the rest has been drawn."""
        return self._boxes

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
