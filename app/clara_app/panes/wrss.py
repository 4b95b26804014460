"""The published joint score of two runs (WRSS), and its weight."""

from __future__ import annotations

from collections.abc import Mapping

import panel as pn

from clara_app.action_text import ActionText
from clara_app.background_job import problem_html
from clara_app.card import live_text
from clara_app.compared_runs import ComparedRuns, ComparedRunsBar
from clara_app.formatting import star_name
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, Slider
from clara_engine.errors import ClaraError
from clara_engine.evaluate.wrss import PUBLISHED_WEIGHTS, wrss
from clara_engine.studies.grouping import check_comparable
from clara_engine.studies.joined_score import keep_wrss, kept_wrss
from clara_engine.workspace import Run

__all__ = ["WrssPane", "joined_html"]

SHOW = "show:"
SHOWN = 40


def joined_html(first: Run, second: Run, weight: float, numbers: Mapping[str, str]) -> str:
    """The stars with the highest joint score; `weight` is the weight of the first run, between 0 and 1."""
    try:
        check_comparable(first, second)
        joined = wrss(first.scores(), second.scores(), weights=(weight, 1 - weight))
    except ClaraError as error:
        return problem_html(str(error))
    best = list(joined.table.head(SHOWN).itertuples())
    return render("wrss", joined=joined, rows=best, weight=weight, numbers=numbers, show=SHOW)


class WrssPane(pn.viewable.Viewer):
    """Joint scores of runs A and B; a click on a star shows it."""

    def __init__(self, session: Session, compared: ComparedRuns) -> None:
        super().__init__()
        self.session, self.compared = session, compared
        self.weight = Slider(
            label="weight of A",
            value=PUBLISHED_WEIGHTS[0],
            start=0,
            end=1,
            step=0.05,
            width=190,
        )
        self.keep = Button(
            label="Keep as a score",
            description="keep this WRSS with both runs: a colour and an axis of the map, a column of ranking and "
            "tables, and what a condition or a correlation may ask for",
            on_click=self.press,
        )
        self.line = live_text(css=":host{padding:2px 12px}", visible=False)
        self.text = ActionText(
            self.on_action, css=":host{padding:4px 12px} table{width:auto}", sizing_mode="stretch_both"
        )
        self._view = pn.Column(
            pn.Row(ComparedRunsBar(compared), margin=(2, 10)),
            pn.Row(self.weight, self.keep, margin=(6, 12), styles={"gap": "10px", "align-items": "center"}),
            self.line,
            self.text,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.weight.param.watch(self._show, "value")
        compared.param.watch(self._show, "changed")
        self._show()

    def press(self) -> None:
        """Keep the score with both runs, and colour the map by it."""
        first, second = self.compared.first, self.compared.second
        if first is None or second is None:
            return
        weight, workspace = float(self.weight.value), self.session.server.workspace

        def keep() -> str:
            keep_wrss(workspace, first, second, (weight, 1 - weight))
            joined = kept_wrss(first)
            return joined.sentence() if joined is not None else ""

        def done(words: str) -> None:
            self.line.param.update(
                object=render("plain", words=f"kept: {words}; the map is coloured by it"), visible=True
            )
            self.session.colour_by = "wrss"

        def refused(why: str) -> None:
            self.line.param.update(object=problem_html(why), visible=True)

        self.session.write(keep, done, refused)

    def _show(self, *events: object) -> None:
        first, second = self.compared.first, self.compared.second
        self.keep.disabled = first is None or second is None
        if first is None or second is None:
            self.text.object = '<p class="quiet">WRSS joins two runs: Retrain makes another.</p>'
            return
        table = self.session.server.catalogue()[["tic", "catalogue", "which"]]
        numbers = dict(zip(table.index, map(star_name, table.to_dict("records")), strict=True))
        self.text.object = joined_html(first, second, float(self.weight.value), numbers)

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        if action.startswith(SHOW):
            self.session.show(action.removeprefix(SHOW))
            self.session.area = "explore"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
