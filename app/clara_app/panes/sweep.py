"""A sweep: a grid of runs, ranked by the published objective for any α; a click shows a run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import panel as pn
from numpy.typing import NDArray

from clara_app.areas.parts import column, part, row
from clara_app.card import live_text, quiet
from clara_app.controls.grid import GridBuilder
from clara_app.formatting import counted
from clara_app.glossary import hint
from clara_app.paged_table import PagedTable
from clara_app.panes.design_mapping import OBJECTIVES, DesignMappingPane
from clara_app.plot_view import PlotView
from clara_app.session import Session
from clara_app.widgets import Button, Checkbox, Select, Slider, Toggle
from clara_engine.errors import ClaraError
from clara_engine.evaluate.objective import ranked
from clara_engine.jobs import JobKind
from clara_engine.plots.sweep import (
    SWEEP_MEASURES,
    axis_title,
    parallel_lines,
    sweep_axes,
    sweep_cells,
    sweep_map,
    sweep_parallel,
    value_text,
)
from clara_engine.studies.sweep import TUNED, Sweeps
from clara_engine.studies.sweep_plan import PLANS, SweepPlan

__all__ = ["SweepPane", "nearest_line"]

#: Columns of the ranked table: title, format and explanation; the parts of the objective are inserted between.
FIRST = {
    "name": ("run", "{}", "click to make it the run on the screen"),
    "objective": ("objective", "{:.3f}", "sum of the parts that follow, each min–max normalised over this sweep"),
}
PARTS = {
    "recall_part": ("+ R", "recall at score > 0"),
    "anomaly_rate_part": ("+ 1−A", "few flagged"),
    "excess_part": ("+ R−A", "recall beyond the anomaly rate"),
    "importance_top_20_part": ("+ Imp20", "importance of labelled stars in the top 20 %"),
    "t10_part": ("+ 1−T10", "how high the most important ones rank"),
    "recall_auc_part": ("+ R AUC", "area under recall in the top 5, 10 … 100 %"),
    "importance_auc_part": ("+ Imp AUC", "area under the share of importance in the top 5, 10 … 100 %"),
    "published_importance_top_20_part": ("+ Imp20", "of stars with a score above 0: importance in their top 20 %"),
    "published_t10_part": ("+ 1−T10", "of stars with a score above 0: how high the most important ones rank"),
    "published_recall_auc_part": ("+ R AUC", "area under recall in the top 5, 10 … 100 %"),
    "published_importance_auc_part": ("+ Imp AUC", "area under the mean importance in the top 5, 10 … 100 %"),
}
LAST = {
    "recall": ("R", "{:.2f}", "recall; chance is the anomaly rate"),
    "anomaly_rate": ("A", "{:.2f}", "share of stars with score > 0"),
    "roc_auc": ("AUC", "{:.3f}", "ROC-AUC; chance .5"),
}
PUBLISHED_SETS = 10
#: What stands beside the table.
PICTURES, MAPPING = "designs", "what moves the measures"


#: How near to a line a click must be, in heights from 0 to 1.
REACH = 0.06


def nearest_line(heights: NDArray[np.float64], x: float, y: float) -> int | None:
    """Which of some lines of parallel coordinates is nearest to a place; None where none is near."""
    if not heights.size or not 0 <= x <= heights.shape[1] - 1:
        return None
    left = min(int(x), heights.shape[1] - 2)
    share = x - left
    distance = np.abs((1 - share) * heights[:, left] + share * heights[:, left + 1] - y)
    nearest = int(np.argmin(distance))
    return nearest if distance[nearest] < REACH else None


class SweepPane(pn.viewable.Viewer):
    """Sweeps of this workspace: table, heat map and parallel coordinates, and the slider over their objective.

    Parameters
    ----------
    shown : callable
        Whether the pane is in view; hidden, it draws nothing.
    """

    def __init__(self, session: Session, shown: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.session, self._in_view = session, shown
        self.runs: list[str] = []
        self._rows, self._ranked, self.cells = pd.DataFrame(), pd.DataFrame(), pd.DataFrame()
        self._lines = parallel_lines(self._rows)
        self._filling = False
        self.grid = Select(label="sweep", options=list(PLANS), value="paper36", width=110)
        self.kind = Select(label="objective", options=OBJECTIVES, value="final", width=270)
        self.alpha = Slider(
            label="α, 1: many, 0: important",
            value=0.5,
            start=0,
            end=1,
            step=0.05,
            width=190,
            margin=(0, 8),
            description=hint("α"),
        )
        self.button = Button(
            label="Run",
            on_click=self.press,
            description="train every design of the grid that is not trained yet",
        )
        measures = {title: name for name, (title, _) in SWEEP_MEASURES.items()}
        self.tuned = Checkbox(
            label="search forests",
            value=False,
            margin=(2, 4),
            description="search the forest's settings for every design, as published: 30 draws, three folds; the sweep "
            "is kept beside the other as …-tuned",
        )
        self.sets = Checkbox(
            label="ten test sets",
            value=False,
            margin=(2, 4),
            description="measure every design also on ten test sets, the same for all, as published",
        )
        self.own = Toggle(label="new grid …", description="choose fields of the run on the screen, and their values")
        self.builder: GridBuilder | None = None
        self._own_row = column()
        self._own_row.param.update(visible=False, sizing_mode="stretch_width")
        self._asked = ""  # the sweep that was begun here, until it has a table
        self.beside = Select(label="show", options=[PICTURES, MAPPING], value=PICTURES, width=190)
        self.mapping: DesignMappingPane | None = None
        self.measure = Select(label="colour", options=measures, value="objective", width=170)
        self.x = Select(label="axis across", options={}, width=130)
        self.y = Select(label="axis up", options={}, width=130)
        self.fixed: dict[str, Select] = {}
        self._fixed_row = pn.Row(margin=0, styles={"gap": "6px", "align-items": "center"})
        self.note = live_text(css=":host{padding:0 10px}", sizing_mode="stretch_width")
        self._chance = live_text(css=":host{white-space:nowrap}")
        self.table = PagedTable(
            self.row_clicked,
            sizing_mode="stretch_both",
            empty="",
        )
        self.heat = PlotView(sweep_map, tapped=lambda x, y: self._cell_tapped(round(x), round(y)))
        self.parallel = PlotView(sweep_parallel, tapped=self._line_tapped)
        bar = {"gap": "8px", "align-items": "center"}
        self.pictures = column(
            pn.Row(
                self.measure,
                self.x,
                self.y,
                self._fixed_row,
                self._chance,
                margin=(0, 8),
                sizing_mode="stretch_width",
                styles=bar | {"flex-wrap": "wrap"},
            ),
            part(self.heat, "1 1 0"),
            part(self.parallel, "1 1 0"),
        )
        self.right_side = column(part(self.pictures, "1 1 0"))
        self._view = pn.Column(
            pn.Row(
                self.grid,
                self.button,
                self.own,
                self.tuned,
                self.sets,
                self.kind,
                self.alpha,
                self.beside,
                margin=(2, 10),
                styles=bar | {"flex-wrap": "wrap"},
            ),
            self._own_row,
            self.note,
            row(part(self.table, "1.15 1 0"), part(self.right_side, "1 1 0")),
            sizing_mode="stretch_both",
            margin=0,
        )
        self.grid.param.watch(self._read, "value")
        self.own.param.watch(self._build, "value")
        for choice in (self.alpha, self.kind):
            choice.param.watch(self._show, "value")
        self.beside.param.watch(self._choose_beside, "value")
        for choice in (self.measure, self.x, self.y):
            choice.param.watch(self._draw_heat, "value")
        session.follow(self._jobs_moved, "jobs")
        session.follow(self.refresh, "studies_changed")
        session.follow(self._mark, "run_id")
        session.follow(self._choose, "sweep")
        session.follow(self._paint, "dark")
        self._busy = self._seen = False
        self._paint()
        self.refresh()
        self._choose()

    def press(self) -> None:
        """Queue the sweep."""
        if self.grid.value in PLANS:
            self._begin(PLANS[self.grid.value])

    def _begin(self, plan: SweepPlan) -> None:
        sets, by = PUBLISHED_SETS if self.sets.value else 0, self.session.signature()
        if self.session.server.sweep(plan, author=by, tuned=self.tuned.value, test_sets=sets) is not None:
            self._asked = f"{plan.name}{TUNED if self.tuned.value else ''}"
            self.session.sync()

    def _build(self, *events: object) -> None:
        """Show the fields of a new grid, made when first asked for."""
        if self.builder is None:
            self.builder = GridBuilder(self.session, self._begin)
            self._own_row.append(self.builder)
        self._own_row.visible = self.own.value

    def refresh(self, *events: object) -> None:
        """Read the sweeps of the workspace again, also those made on the command line."""
        if not self._in_view():
            return
        made = Sweeps(self.session.server.workspace).names()
        names = [*PLANS, *(name for name in made if name not in PLANS)]
        if names != self.grid.options:
            self.grid.options = names
        wanted = self.grid.value
        if self._asked in made:
            wanted, self._asked = self._asked, ""
        elif not self._seen and wanted not in made:  # what has been run is shown first
            wanted = next(iter(made), wanted)
        self._seen = bool(made)
        if wanted != self.grid.value:
            self.grid.value = wanted  # which reads it
            return
        self._read()

    def _choose(self, *events: object) -> None:
        if self.session.sweep in self.grid.options:
            self.grid.value = self.session.sweep

    def _jobs_moved(self, *events: object) -> None:
        busy = any(job.kind == JobKind.SWEEP and job.state.active for job in self.session.jobs)
        if self._busy == busy:
            return
        self._busy = busy
        self.button.param.update(disabled=busy, label="running" if busy else "Run")
        if self.builder is not None:
            self.builder.busy = busy

    def _read(self, *events: object) -> None:
        try:
            self._rows = Sweeps(self.session.server.workspace).table(self.grid.value)
        except ClaraError:
            self._rows = pd.DataFrame()
        self.button.visible = self.grid.value in PLANS
        self._offer_axes()
        self._show()

    def _show(self, *events: object) -> None:
        self.pictures.visible = not self._rows.empty
        if self._rows.empty:
            plan = PLANS.get(self.grid.value)
            self.note.object = quiet(
                f"the runs of {self.grid.value} were deleted"
                if plan is None
                else f"{plan.name} has not been run here: Run trains its {counted(len(plan.points()), 'design')}, some "
                "seconds each."
            )
            self.runs, self.table.rows, self._ranked = [], [], pd.DataFrame()
            self._show_mapping()
            return
        table = ranked(self._rows, self.alpha.value, self.kind.value)
        table["name"] = table["name"].str.removeprefix(f"{self.grid.value}: ")
        first = table.iloc[0]
        self.note.object = quiet(
            f"{counted(len(table), 'run')}, measured against {first['positives']} of "
            f"{counted(first['targets'], 'star')} with label {first['label']}; α = {self.alpha.value:g}"
            + (f"; {first['importance']}" if first["importance"] else "")
            + (f"; measured on {first['test_sets']} test sets" if "test_sets" in table else "")
        )
        forms = {name: (title, form, words) for name, (title, form, words) in FIRST.items()}
        forms |= {name: (title, "{:.3f}", words) for name, (title, words) in PARTS.items() if name in table}
        forms |= LAST
        self.runs = table["run_id"].tolist()
        self.table.param.update(
            columns=[
                {"name": name, "title": title, "help": words, "side": "left" if name == "name" else "right"}
                for name, (title, _, words) in forms.items()
            ],
            rows=[[form.format(found[name]) for name, (_, form, _) in forms.items()] for _, found in table.iterrows()],
        )
        self._ranked = table
        self._show_mapping()
        self._lines = parallel_lines(table)
        self.parallel.draw(rows=table, run_id=self.session.run_id)
        self._draw_heat()

    def _choose_beside(self, *events: object) -> None:
        """Pictures of the designs, or what moves the measures; the latter is made when first asked for."""
        chosen = self.beside.value == MAPPING
        if chosen and self.mapping is None:
            self.mapping = DesignMappingPane(self.session)
        self.right_side.objects = [part(self.mapping if chosen else self.pictures, "1 1 0")]
        self._show_mapping()

    def _show_mapping(self) -> None:
        if self.mapping is not None and self.beside.value == MAPPING:
            self.mapping.show_sweep(self.grid.value, self._rows, self.alpha.value, self.kind.value)

    # -- the pictures ---------------------------------------------------------------------------------------------

    def _offer_axes(self) -> None:
        """Selectors for the axes of this sweep: two span the heat map, the others have a fixed value."""
        axes = sweep_axes(self._rows) if len(self._rows) else []
        options = {axis_title(axis): axis for axis in axes}
        if list(self.x.options.values()) == axes:
            return
        # By default the two axes with the most values.
        widest = sorted(axes, key=lambda axis: -self._rows[axis].nunique())
        self._filling = True
        try:
            self.x.param.update(options=options, value=widest[0] if widest else None)
            self.y.param.update(options=options, value=widest[1] if len(axes) > 1 else None, visible=len(axes) > 1)
            self.fixed = {axis: self._holder(axis) for axis in axes}
            self._fixed_row.objects = list(self.fixed.values())
        finally:
            self._filling = False

    def _holder(self, axis: str) -> Select:
        values = {
            f"{axis_title(axis)}: {value_text(axis, value)}": value for value in sorted(self._rows[axis].unique())
        }
        here = self._rows[self._rows["run_id"] == self.session.run_id]
        first = here[axis].iloc[0] if len(here) else next(iter(values.values()))
        made = Select(label=f"{axis_title(axis)} is held", options=values, value=first, width=140)
        made.param.watch(self._draw_heat, "value")
        return made

    def _draw_heat(self, *events: object) -> None:
        if self._ranked.empty or self._filling or self.x.value is None:
            return
        x, y = self.x.value, self.y.value if self.y.visible and self.y.value != self.x.value else None
        rows = self._ranked
        for axis, choice in self.fixed.items():
            choice.visible = axis not in (x, y)
            if choice.visible:
                rows = rows[rows[axis] == choice.value]
        self.cells, *_ = sweep_cells(rows, self.measure.value, x, y)
        values = self._ranked[self.measure.value]  # one colour scale for all values of the fixed axes
        self.heat.draw(
            rows=rows,
            measure=self.measure.value,
            x=x,
            y=y,
            ends=(float(values.min()), float(values.max())),
            run_id=self.session.run_id,
        )
        self._chance.object = f'<span class="quiet">{SWEEP_MEASURES[self.measure.value][1]}</span>'
        self._mark_row()

    def _cell_tapped(self, across: int, up: int) -> None:
        here = self.cells[(self.cells["column"] == across) & (self.cells["row"] == up)]
        if len(here):
            self._show_run(str(here["run"].iloc[0]))

    def _line_tapped(self, x: float, y: float) -> None:
        _, runs, heights, _ = self._lines
        place = nearest_line(heights, x, y)
        if place is not None:
            self._show_run(runs[place])

    def _mark(self, *events: object) -> None:
        self._mark_row()
        if not self._rows.empty:
            for drawn in (self.heat, self.parallel):
                drawn.draw(run_id=self.session.run_id)

    def _mark_row(self) -> None:
        run_id = self.session.run_id
        self.table.selected = self.runs.index(run_id) if run_id in self.runs else -1

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        if 0 <= place < len(self.runs):
            self._show_run(self.runs[place])

    def _show_run(self, run_id: str) -> None:
        self.session.runs = self.session.server.workspace.runs.list()
        self.session.run_id = run_id

    def _paint(self, *events: object) -> None:
        for drawn in (self.heat, self.parallel):
            drawn.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
