"""A grid of runs, ranked anew by the published objective as α moves; a click puts a run on the screen."""

from __future__ import annotations

from html import escape

import pandas as pd
import panel as pn
import panel_material_ui as pmui

from app.card import live_text
from app.paged_table import PagedTable
from app.session import Session
from clara_engine.errors import ClaraError
from clara_engine.evaluate.objective import ranked
from clara_engine.workspace.sweep_plan import PLANS
from clara_engine.workspace.sweeps import Sweeps

__all__ = ["SweepPane"]

#: Column of the ranked table to its title, form and explanation; parts of the objective come between.
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
}
LAST = {
    "recall": ("R", "{:.2f}", "recall; chance is the anomaly rate"),
    "anomaly_rate": ("A", "{:.2f}", "share of stars with score > 0"),
    "roc_auc": ("AUC", "{:.3f}", "ROC-AUC; chance .5"),
}


class SweepPane(pn.viewable.Viewer):
    """Sweeps of this workspace, and the slider over their objective."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.runs: list[str] = []
        self._rows = pd.DataFrame()
        thin = {"& .MuiSelect-select": {"padding": "1px 8px", "fontSize": "12px"}}
        self.grid = pmui.Select(
            options=list(PLANS), value="paper36", width=110, size="small", margin=0, label="", sx=thin
        )
        self.alpha = pmui.FloatSlider(
            value=0.5, start=0, end=1, step=0.05, label="α, 1: many, 0: important", width=190,
            size="small", margin=(0, 8),
        )  # fmt: skip
        self.button = pmui.Button(
            label="Run", size="small", variant="outlined", margin=0, on_click=lambda event: self.press(),
            description="train every design of the grid that is not trained yet",
        )  # fmt: skip
        self._note = live_text(css=":host{padding:0 10px}", sizing_mode="stretch_width")
        self.table = PagedTable(
            self._row_clicked, lambda name: None, lambda page: None, sizing_mode="stretch_both", empty="",
        )  # fmt: skip
        self._view = pn.Column(
            pn.Row(self.grid, self.button, self.alpha, margin=(2, 10), styles={"gap": "8px", "align-items": "center"}),
            self._note, self.table, sizing_mode="stretch_both", margin=0,
        )  # fmt: skip
        self.grid.param.watch(self._read, "value")
        self.alpha.param.watch(self._show, "value")
        session.follow(self._jobs_moved, "jobs")
        session.follow(self._mark, "run_id")
        self._busy = False
        self._read()

    def press(self) -> None:
        """Queue the sweep."""
        if self.session.server.sweep(self.grid.value) is not None:
            self.session.poll()

    def _jobs_moved(self, *events: object) -> None:
        busy = any(job.kind == "sweep" and job.state.active for job in self.session.jobs)
        self.button.param.update(disabled=busy, label="running" if busy else "Run")
        if self._busy and not busy:
            self._read()
        self._busy = busy

    def _read(self, *events: object) -> None:
        try:
            self._rows = Sweeps(self.session.server.workspace).table(self.grid.value)
        except ClaraError:
            self._rows = pd.DataFrame()
        self._show()

    def _show(self, *events: object) -> None:
        if self._rows.empty:
            self._note.object = (
                f'<span class="quiet">{escape(self.grid.value)} has not been run here: Run trains its '
                f"{len(PLANS[self.grid.value].points())} designs, some seconds each.</span>"
            )
            self.runs, self.table.rows = [], []
            return
        table = ranked(self._rows, self.alpha.value)
        table["name"] = table["name"].str.removeprefix(f"{self.grid.value}: ")
        first = table.iloc[0]
        self._note.object = (
            f'<span class="quiet">{len(table)} runs, measured against {first["positives"]} of {first["targets"]:,} '
            f"stars with label {escape(str(first['label']))}; α = {self.alpha.value:g}</span>"
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
            rows=[[form.format(row[name]) for name, (_, form, _) in forms.items()] for _, row in table.iterrows()],
        )
        self._mark()

    def _mark(self, *events: object) -> None:
        self.table.selected = self.runs.index(self.session.run_id) if self.session.run_id in self.runs else -1

    def _row_clicked(self, place: int) -> None:
        if 0 <= place < len(self.runs):
            self.session.runs = self.session.server.workspace.runs.list()
            self.session.run_id = self.runs[place]

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
