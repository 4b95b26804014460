"""Which features the forest of the run lives on, beside what shuffled labels give."""

from __future__ import annotations

from functools import partial
from html import escape

import pandas as pd
import panel as pn

from clara_app.card import live_text
from clara_app.fields import Button
from clara_app.session import Session
from clara_app.theme import Look, look
from clara_engine.jobs import Job, JobState, Reporter
from clara_engine.workspace import Run

__all__ = ["ImportancePane", "importance_html"]

SHOWN = 40
REPEATS = 3
CSS = """
:host { padding: 0 10px 4px; box-sizing: border-box; overflow-y: auto; }
td:last-child { width: 40%; position: relative; }
td:first-child { max-width: 0; width: 45%; overflow: hidden; text-overflow: ellipsis; }
.bar { display: inline-block; height: 8px; }
.chance { position: absolute; top: 4px; height: 14px; border-left: 2px solid; }
"""


def importance_html(table: pd.DataFrame, colours: Look) -> str:
    """The strongest features as bars, with a mark where chance ends.

    Parameters
    ----------
    table : DataFrame
        Columns feature, importance and chance, most important first.
    """
    above = table[table["importance"] > table["chance"]]
    head = (
        f"{len(above):,} of {len(table):,} features lie above chance (the highest of {REPEATS} forests grown on "
        f"shuffled labels) and hold {above['importance'].sum():.0%} of the importance. Mean decrease of Gini "
        "impurity, sum 1."
    )
    most = float(table["importance"].iloc[0]) or 1.0
    rows = []
    for row in table.head(SHOWN).itertuples():
        shade = colours.accent if row.importance > row.chance else colours.muted
        name = escape(row.feature, quote=True)
        bar = f"<span class='bar' style='width:{96 * row.importance / most:.1f}%;background:{shade}'></span>"
        mark = f"<span class='chance' style='left:{min(96 * row.chance / most, 99):.1f}%;color:{colours.warn}'></span>"
        rows.append(
            f"<tr><td title='{name}'>{name}</td><td>{row.importance:.5f}</td><td>{row.chance:.5f}</td>"
            f"<td style='text-align:left'>{bar}{mark}</td></tr>"
        )
    titles = "<tr><th>feature</th><th>importance</th><th>chance</th><th></th></tr>"
    return f"<div class='quiet'>{head}</div><table>{titles}{''.join(rows)}</table>"


class ImportancePane(pn.viewable.Viewer):
    """Importances of the run on the screen; computed when asked for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.button = Button(
            label="Compute",
            margin=(4, 10),
            on_click=self.press,
            description="grow forests on shuffled labels, to see which importances are more than chance",
        )
        self._html = live_text(css=CSS, sizing_mode="stretch_both")
        self._view = pn.Column(self.button, self._html, sizing_mode="stretch_both", margin=0)
        session.follow(self._show, "run_id", "jobs", "dark")
        self._show()

    def press(self) -> None:
        """Queue the computation for the run on the screen."""
        run = self.session.run
        if run is None:
            return
        self.session.server.submit_once("importances", f"importances of {run.name}", partial(self._compute, run))
        self.session.hear()

    def _compute(self, run: Run, report: Reporter) -> tuple[str, pd.DataFrame]:
        return run.id, self.session.server.workspace.importances(run, repeats=REPEATS, report=report)

    def _kept(self) -> pd.DataFrame | None:
        """What the last computation for this run said."""
        done = [job for job in self.session.jobs if job.kind == "importances" and job.state is JobState.DONE]
        return next((job.result[1] for job in reversed(done) if job.result[0] == self.session.run_id), None)

    def _busy(self) -> bool:
        return any(_is_active(job) for job in self.session.jobs)

    def _show(self, *events: object) -> None:
        table, busy = self._kept(), self._busy()
        self.button.param.update(
            disabled=busy or self.session.run is None,
            label="being computed" if busy else "Compute",
            visible=table is None,
        )
        if table is not None:
            self._html.object = importance_html(table, look(self.session.dark))
        elif self.session.run is None:
            self._html.object = '<span class="quiet">No run yet: set the wheel and press Retrain.</span>'
        else:
            self._html.object = (
                '<span class="quiet">Compute lists the features that this forest lives on, beside what forests grown '
                "on shuffled labels give.</span>"
            )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _is_active(job: Job) -> bool:
    return job.kind == "importances" and job.state.active
