"""The published joint score of two runs (WRSS), and its weight."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import panel as pn

from clara_app.action_text import ActionText, action_button
from clara_app.compared_runs import ComparedRuns, ComparedRunsBar
from clara_app.fields import Slider
from clara_app.formatting import star_name
from clara_app.session import Session
from clara_engine.errors import ClaraError
from clara_engine.evaluate.wrss import PUBLISHED_WEIGHTS, wrss
from clara_engine.studies.grouping import check_comparable
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
        return f"<p class='problem'>{escape(str(error))}</p>"
    rows = "".join(
        f"<tr><td>{row.rank:,}</td>"
        f"<td class='text'>{action_button(SHOW + row.target_id, numbers.get(row.target_id, row.target_id))}</td>"
        f"<td>{row.wrss:.3f}</td><td>{row.raw:.4f}</td><td>{row.first:.3f}</td><td>{row.second:.3f}</td></tr>"
        for row in joined.table.head(SHOWN).itertuples()
    )
    words = (
        f"{weight:g} √A + {1 - weight:g} √B, min–max normalised over the {len(joined.table):,} of {joined.common:,} "
        f"stars that both runs score above 0. It depends on this set: 0 and 1 stand for raw {joined.lowest:.4f} and "
        f"{joined.highest:.4f} here, so compare raw values with those of another set. Published with P3 as A, P9 as B."
    )
    head = "<tr><th>#</th><th class='text'>TIC</th><th>WRSS</th><th>raw</th><th>score in A</th><th>score in B</th></tr>"
    return f"<p class='quiet'>{words}</p><table>{head}{rows}</table>"


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
        self.text = ActionText(
            self._on_action, css=":host{padding:4px 12px} table{width:auto}", sizing_mode="stretch_both"
        )
        self._view = pn.Column(
            pn.Row(ComparedRunsBar(compared), margin=(2, 10)),
            pn.Row(self.weight, margin=(6, 12)),
            self.text,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.weight.param.watch(self._show, "value")
        compared.param.watch(self._show, "changed")
        self._show()

    def _show(self, *events: object) -> None:
        first, second = self.compared.first, self.compared.second
        if first is None or second is None:
            self.text.object = '<p class="quiet">WRSS joins two runs: Retrain makes another.</p>'
            return
        table = self.session.server.catalogue()[["tic", "catalogue", "which"]]
        numbers = dict(zip(table.index, map(star_name, table.to_dict("records")), strict=True))
        self.text.object = joined_html(first, second, float(self.weight.value), numbers)

    def _on_action(self, action: str) -> None:
        if action.startswith(SHOW):
            self.session.show(action.removeprefix(SHOW))
            self.session.area = "explore"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
