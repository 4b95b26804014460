"""What is it? The kinds that a star may be, with what speaks for and against each, and its flares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import panel as pn

from clara_app.action_text import ActionText
from clara_app.card import quiet
from clara_app.in_thread import LatestRequest
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.time_axis import TimeAxis
from clara_engine.periods import Evidence, FlareSearch, Possibility, what_is_it
from clara_engine.studies.about_star import forest_chances

__all__ = ["KindsPane", "kinds_html"]

STYLE = """
.answer { font-size: 13px; }
.kind { padding-top: 6px; }
.reason { display: grid; grid-template-columns: 12px 32px 1fr; gap: 0 6px; line-height: 1.3; }
.points { text-align: right; opacity: .65; font-variant-numeric: tabular-nums; }
.fail { color: var(--danger); font-weight: 700; }
.pass { color: var(--accent); }
summary { cursor: pointer; padding-top: 6px; }
td, th { padding: 1px 6px; }
"""
#: Below this score no kind is called the answer.
UNCLEAR = 1.0
LIKELY = 0.01
#: What is shown around a flare, in its lengths, and at least so long [days].
AROUND, LEAST_DAYS = 4.0, 0.15


def kinds_html(kinds: Sequence[Possibility], flares: FlareSearch, forest: Mapping[str, float]) -> str:
    """The likeliest kinds with their reasons, and the flares.

    Parameters
    ----------
    kinds : sequence of Possibility
        The likeliest first.
    flares : FlareSearch
    forest : mapping of str to float
        Chance of each kind by a run's forest; empty where it was not asked.
    """
    chances = [(kind, chance) for kind, chance in forest.items() if chance >= LIKELY]
    return render("what_is_it", kinds=kinds, flares=flares, forest=chances, unclear=UNCLEAR)


class KindsPane(pn.viewable.Viewer):
    """The kinds of the selected star. It works only while its tab is in view.

    Attributes
    ----------
    text : ActionText
    """

    def __init__(self, session: Session, axis: TimeAxis) -> None:
        super().__init__()
        self.session, self.axis = session, axis
        self._asking = LatestRequest(session)
        self._evidence: Evidence | None = None
        self.text = ActionText(
            self.show_flare, css=STYLE, sizing_mode="stretch_width", styles={"flex": "none", "max-height": "none"}
        )
        session.follow(self._ask, "curve", "views")
        session.follow(self._draw, "scored", "run_id")
        self._ask()

    def show_flare(self, number: str) -> None:
        """Move the light curve to a flare of the list."""
        if self._evidence is None:
            return
        flare = self._evidence.flares.flares[int(number)]
        reach = max(AROUND * flare.duration_minutes / 1440, LEAST_DAYS)
        self.axis.range.update(start=flare.peak_btjd - reach / 2, end=flare.peak_btjd + reach)

    def _ask(self, *events: object) -> None:
        session = self.session
        if "vetting" not in session.views:
            return
        self._asking.cancel()
        star, curve = session.star, session.curve
        if session.flux == "detrended":
            curve = star.light_curve  # a variation that was taken off says what the star is
        self._evidence = None
        if curve is None:
            self.text.object = ""
            return
        search, flares = (star.search, star.flares) if curve is star.light_curve else (None, None)
        self.text.object = quiet("weighing …")
        self._asking(partial(self.session.server.evidence, curve, search, flares), self.put_evidence, self._failed)

    def put_evidence(self, evidence: Evidence) -> None:
        """Show what was weighed."""
        self._evidence = evidence
        self._draw()

    def _failed(self, problem: str) -> None:
        self.text.object = quiet(problem)

    def _draw(self, *events: object) -> None:
        session, evidence = self.session, self._evidence
        if evidence is None:
            return
        row = session.table.loc[session.target_id] if session.target_id in session.table.index else {}
        self.text.object = kinds_html(what_is_it(evidence), evidence.flares, forest_chances(row))

    def __panel__(self) -> pn.viewable.Viewable:
        return self.text
