"""Why the selected star has its score: the contribution of each part of its features."""

from __future__ import annotations

from functools import partial

import panel as pn

from clara_app.card import card, live_text, quiet
from clara_app.hiding import show
from clara_app.in_thread import LatestRequest
from clara_app.plot_view import PlotView
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.theme import Palette, palette
from clara_engine.plots.why_strange import drawn_blocks, strange_block, strongest_band
from clara_engine.studies.reasons import explain_star
from clara_engine.workspace import Reason

__all__ = ["WhyPane", "reason_html"]

STRONGEST = 8
CSS = """
:host { padding: 0 10px 4px; box-sizing: border-box; overflow-y: auto; }
td:last-child { width: 30%; } td:first-child { max-width: 0; width: 45%; overflow: hidden; text-overflow: ellipsis; }
.bar { display: inline-block; height: 8px; }
"""


def reason_html(reason: Reason, shown_score: float, colours: Palette) -> str:
    """The score as a sum, and the features that moved it most."""
    strongest = reason.strongest(STRONGEST)
    return render(
        "reason",
        reason=reason,
        blocks=reason.by_block(),
        other_score=shown_score if abs(shown_score - reason.score) > 0.0005 else None,
        strongest=list(strongest.itertuples()),
        most=float(strongest["contribution"].abs().max()) if len(strongest) else 1.0,
        more=colours.warn,
        less=colours.accent,
    )


class WhyPane(pn.viewable.Viewer):
    """Contributions to the score of the selected star. They are computed only while the pane is in view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plots: dict[str, PlotView] = {}
        self._set = ""
        self._looking = LatestRequest(session)
        self.figures = pn.Row(sizing_mode="stretch_both", margin=0, styles={"flex": "1.7 1 0", "min-height": "0"})
        self.html = live_text(css=CSS, sizing_mode="stretch_both", styles={"flex": "1 1 0", "min-height": "0"})
        self._key = live_text(align="center")
        self._view = card("Why strange", self.figures, self.html, tools=(self._key,), chip=session.param.star_origin)
        session.follow(self._show, "star", "scored", "views")
        session.follow(self._paint, "dark")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if "why" not in session.views:
            return
        run = session.run
        if run is None or not session.target_id:
            self._looking.cancel()
            self._say("No run yet: press Retrain." if run is None else "Choose a star on the map or in the ranking.")
        else:
            explain = partial(explain_star, session.server.workspace, run, session.target_id)
            self._looking(explain, self._draw, self._say)

    def _draw(self, reason: Reason) -> None:
        session = self.session
        self._lay_out(reason)
        most = strongest_band(reason)
        for block in drawn_blocks(reason):
            self.plots[block.name].draw(
                block=block,
                values=reason.values[block.slice],
                contributions=reason.contributions[block.slice],
                most=most,
                dark=session.dark,
            )
        colours = palette(session.dark)
        shown = session.table["anomaly_score"].get(reason.target_id, reason.score)
        self.html.object = reason_html(reason, float(shown), colours)
        self._key.object = (
            f'<span style="color:{colours.warn}">■</span> made it stranger '
            f'<span style="color:{colours.accent}">■</span> more ordinary'
        )

    def _say(self, words: str) -> None:
        self.html.object = quiet(words)
        show(self.figures, False)

    def _lay_out(self, reason: Reason) -> None:
        show(self.figures)
        if self._set == reason.features.id:
            return
        self._set = reason.features.id
        self.plots = {block.name: PlotView(strange_block) for block in drawn_blocks(reason)}
        self.figures.objects = list(self.plots.values())
        show(self.figures, bool(self.plots))

    def _paint(self, *events: object) -> None:
        for drawn in self.plots.values():
            drawn.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
