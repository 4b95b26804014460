"""Which features the forest of the run lives on, beside what shuffled labels give."""

from __future__ import annotations

from functools import partial

import pandas as pd
import panel as pn

from clara_app.areas.parts import part
from clara_app.card import live_text, quiet
from clara_app.formatting import counted
from clara_app.plot_view import PlotView
from clara_app.session import Session
from clara_app.widgets import Button
from clara_engine.jobs import Job, JobKind, Reporter
from clara_engine.plots import importances
from clara_engine.studies.findings import Found
from clara_engine.text import agreeing
from clara_engine.workspace import Run

__all__ = ["ImportancePane", "importance_html"]

SHOWN = 40
REPEATS = 3
CSS = ":host { padding: 0 10px 4px; box-sizing: border-box; }"


def importance_html(table: pd.DataFrame) -> str:
    """Feature importances, and which of them are above chance.

    Parameters
    ----------
    table : DataFrame
        Columns feature, importance and chance, most important first.
    """
    if table["chance"].isna().all():
        words = "The forest was trained elsewhere: without the light curves that trained it there is no chance level. "
        return quiet(f"{words}Drawn: the first {min(SHOWN, len(table))} of {counted(len(table), 'feature')}.")
    above = table[table["importance"] > table["chance"]]
    head = (
        f"{len(above):,} of {counted(len(table), 'feature')} {agreeing(len(above), 'are')} above chance (the "
        f"highest of {REPEATS} forests grown on "
        f"shuffled labels, the marks); {above['importance'].sum():.0%} of the importance is theirs. The first "
        f"{min(SHOWN, len(table))} are drawn; point at one for its numbers."
    )
    return f"<div class='quiet'>{head}</div>"


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
        self.html = live_text(css=CSS, sizing_mode="stretch_width")
        self.plot = PlotView(importances, most=SHOWN)
        self.figure = part(self.plot, "1 1 0")
        self._drawn = ""
        self._view = pn.Column(self.button, self.html, self.figure, sizing_mode="stretch_both", margin=0)
        session.follow(self._show, "run_id", "jobs", "studies_changed")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self._show()

    def press(self) -> None:
        """Queue the computation for the run on the screen."""
        run = self.session.run
        if run is None:
            return
        server = self.session.server
        work = server.storing_result(JobKind.IMPORTANCES, run.id, partial(self._compute, run))
        server.submit_once(JobKind.IMPORTANCES, f"importances of {run.name}", work, author=self.session.signature())
        self.session.sync()

    def _compute(self, run: Run, report: Reporter) -> Found:
        return Found(self.session.server.workspace.importances(run, repeats=REPEATS, report=report))

    def _kept(self) -> pd.DataFrame | None:
        """What the last computation for this run said."""
        found: Found | None = self.session.server.finding(JobKind.IMPORTANCES, self.session.run_id)
        return None if found is None else found.table

    def _busy(self) -> bool:
        return any(_is_active(job) for job in self.session.jobs)

    def _show(self, *events: object) -> None:
        table, busy = self._kept(), self._busy()
        self.button.param.update(
            disabled=busy or self.session.run is None,
            label="being computed" if busy else "Compute",
            visible=table is None,
        )
        self.figure.visible = table is not None
        if table is not None:
            self.html.object = importance_html(table)
            if self._drawn != self.session.run_id:
                self._drawn = self.session.run_id
                self.plot.draw(table=table, dark=self.session.dark)
        elif self.session.run is None:
            self.html.object = '<span class="quiet">No run yet: set the wheel and press Retrain.</span>'
        else:
            self.html.object = (
                '<span class="quiet">Compute lists the features that this forest lives on, beside what forests grown '
                "on shuffled labels give.</span>"
            )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _is_active(job: Job) -> bool:
    return job.kind == JobKind.IMPORTANCES and job.state.active
