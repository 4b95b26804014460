"""Which parameter of the designs of a sweep moves which measure: shares, marginal means, correlations."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import panel as pn

from clara_app.areas.parts import column, part
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text, quiet
from clara_app.formatting import counted
from clara_app.plot_view import PlotView
from clara_app.session import Session
from clara_app.widgets import Button, Select
from clara_engine.evaluate.objective import Objective
from clara_engine.jobs import JobKind, Reporter
from clara_engine.plots.design_mapping import marginal_curves, parameter_shares
from clara_engine.plots.sweep import axis_title
from clara_engine.studies.design_mapping import ALPHAS, MEASURES, OBJECTIVE, DesignMapping, design_mapping

__all__ = ["OBJECTIVES", "DesignMappingPane"]

#: What people call the objectives.
OBJECTIVES: dict[str, Objective] = {
    "objective that chose P3, P5, P9": "final",
    "α recall AUC + (1 − α) importance AUC": "auc",
    "that of P3, P5, P9, measured as published": "published",
    "that of the AUCs, measured as published": "published_auc",
}
#: For which objective shares were published.
COMPARABLE = "that of the AUCs, measured as published"

#: Beside recall, the anomaly rate on the same axis: its chance level.
RATES = ("recall", "anomaly_rate")


class DesignMappingPane(pn.viewable.Viewer):
    """The mapping of one sweep, which whoever shows it sets with `show_sweep`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.found: DesignMapping | None = None
        self._sweep, self._rows, self.alpha = "", pd.DataFrame(), 0.5
        self._objective: Objective = "published_auc"
        self.measure = Select(
            label="measure",
            options={OBJECTIVE: OBJECTIVE} | {title: name for name, title in MEASURES.items()},
            width=190,
        )
        self.parameter = Select(label="parameter", options={}, width=150)
        self.button = Button(
            label="Map",
            on_click=self.press,
            description="measure which parameter of the designs moves which measure, with intervals",
        )
        self.job = BackgroundJob(session, lambda result: self.refresh())
        self.shares, self.curves = PlotView(parameter_shares), PlotView(marginal_curves)
        self.note = live_text(css=":host{padding:0 8px}", sizing_mode="stretch_width")
        self.figures = column(part(self.shares, "1 1 0"), part(self.curves, "1 1 0"))
        bar = {"gap": "8px", "align-items": "center", "flex-wrap": "wrap"}
        self._view = column(
            pn.Row(self.measure, self.parameter, self.button, margin=(0, 8), sizing_mode="stretch_width", styles=bar),
            self.job.line,
            self.note,
            self.figures,
        )
        for choice in (self.measure, self.parameter):
            choice.param.watch(self._draw, "value")
        session.follow(self._paint, "dark")
        self._paint()

    def show_sweep(self, sweep: str, rows: pd.DataFrame, alpha: float, objective: Objective) -> None:
        """Show the mapping of a sweep.

        Parameters
        ----------
        sweep : str
            Its name.
        rows : DataFrame
            Its table.
        alpha : float
            Of the objective; the nearest of `ALPHAS` is shown.
        objective : Objective
            What Map maps for every α.
        """
        self.alpha = min(ALPHAS, key=lambda known: abs(known - alpha))
        self._sweep, self._rows, self._objective = sweep, rows, objective
        self.refresh()

    def press(self) -> None:
        """Queue the mapping of the sweep that is shown."""
        if len(self._rows):
            work = self.session.server.storing_result(
                JobKind.MAPPING, self._sweep, partial(self._map, self._sweep, self._objective)
            )
            self.job.start(JobKind.MAPPING, f"mapping of {self._sweep}", work, share=True)

    def _map(self, sweep: str, objective: Objective, report: Reporter) -> DesignMapping:
        return design_mapping(self.session.server.workspace, sweep, objective=objective, report=report)

    def refresh(self, *events: object) -> None:
        """Read what is kept of this sweep."""
        self.found = self.session.server.finding(JobKind.MAPPING, self._sweep) if self._sweep else None
        self.button.disabled = self._rows.empty
        if self.found is not None:
            options = {axis_title(axis): axis for axis in self.found.parameters}
            if options != self.parameter.options:
                self.parameter.param.update(options=options, value=next(iter(options.values())))
        self._draw()

    def _draw(self, *events: Any) -> None:
        found, measure = self.found, self.measure.value
        self.figures.visible = found is not None
        if found is None:
            self.note.object = quiet(
                "Not mapped yet: Map tells which parameter of these designs moves which measure, by random forest and "
                "ANOVA, with intervals over the runs."
            )
            return
        (objective,) = (title for title, name in OBJECTIVES.items() if name == found.objective)
        what = f"{objective}, α = {self.alpha:g}" if measure == OBJECTIVE else found.title(measure)
        stale = ""
        if found.runs != len(self._rows):
            stale = f"; the sweep has {counted(len(self._rows), 'run')} now: map it again"
        elif measure == OBJECTIVE and found.objective != self._objective:
            stale = "; another objective is chosen above: map it again"
        rho = found.at(found.correlations, measure, self.alpha)
        words = ", ".join(f"{axis_title(row.parameter)} {row.spearman:+.2f}" for row in rho.itertuples())
        marks = "the published shares" if self._published() else "equal shares, as of parameters that do nothing"
        if measure == OBJECTIVE and found.objective != OBJECTIVES[COMPARABLE]:
            marks += f" (shares are published of “{COMPARABLE}”)"
        self.note.object = quiet(
            f"{found.runs} runs against {found.label}; {what}{stale}. Spearman: {words}. Marks: {marks}."
        )
        self.shares.draw(mapping=found, measure=measure, alpha=self.alpha)
        shown = RATES if measure in RATES else (measure,)
        self.curves.draw(mapping=found, parameter=self.parameter.value or "", measures=shown, alpha=self.alpha)

    def _published(self) -> bool:
        found = self.found
        return (
            found is not None
            and self.measure.value == OBJECTIVE
            and self.alpha == 0.5
            and any(found.published(axis) is not None for axis in found.parameters)
        )

    def _paint(self, *events: object) -> None:
        for view in (self.shares, self.curves):
            view.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
