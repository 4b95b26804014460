"""Which contrast set finds which event: the steering matrix, measured on the stars of this workspace."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import panel as pn

from clara_app.card import live_text
from clara_app.fields import Button, Menu
from clara_app.session import Session
from clara_engine.errors import ClaraError
from clara_engine.store.versions import Topic
from clara_engine.studies.steer import OTHER_GENERATOR, SteeringMatrix, SteeringPlan

__all__ = ["SteeringPane", "matrix_html"]

CSS = """
:host { padding: 0 10px 6px; box-sizing: border-box; overflow: auto; }
td.cell { text-align: center; padding: 1px 5px; border: 1px solid var(--ground); }
td.own { outline: 2px solid var(--accent); outline-offset: -2px; font-weight: 700; }
th { text-align: center; white-space: normal; vertical-align: bottom; line-height: 1.2; }
tr.baseline td:first-child { opacity: .65; }
"""
#: Measure to title and chance level.
MEASURES = {
    "auc": ("ROC-AUC", 0.5),
    "matched_auc": ("ROC-AUC against the same star", 0.5),
    "recall_1": ("recall at 1 %", 0.01),
    "recall_5": ("recall at 5 %", 0.05),
}
SIZES = {"quick look · 1 seed": 1, "3 seeds": 3, "5 seeds": 5}


def _cell(row: pd.Series, measure: str, chance: float, own: bool) -> str:
    value, low, high = (float(row[name]) for name in (measure, f"{measure}_low", f"{measure}_high"))
    strength = 100 * max(0.0, (value - chance) / (1 - chance)) ** 2
    ends = f"95 % interval over stars {low:.3f} to {high:.3f}"
    title = f"{row['contrast']} finds {row['event']}: {value:.3f}, {ends}, chance {chance:g}"
    ground = f"color-mix(in srgb, var(--accent) {0.55 * strength:.0f}%, transparent)"
    return (
        f'<td class="cell{" own" if own else ""}" title="{escape(title, quote=True)}" style="background:{ground}">'
        f"{value:.3f}</td>"
    )


def matrix_html(table: pd.DataFrame, measure: str, feature_set: str) -> str:
    """The matrix as a table: a row a contrast set, a column an event; the cell that the row was made for is framed."""
    title, chance = MEASURES[measure]
    events = list(dict.fromkeys(table["event"]))
    cells = {(row["contrast"], row["event"]): row for _, row in table.iterrows()}
    head = "".join(f"<th>{escape(event.replace(OTHER_GENERATOR, ' *'))}</th>" for event in events)
    lines = []
    for contrast in dict.fromkeys(table["contrast"]):
        own = [event for event in events if event.removesuffix(OTHER_GENERATOR) == contrast]
        row = "".join(
            _cell(cells[contrast, event], measure, chance, event in own) if (contrast, event) in cells else "<td></td>"
            for event in events
        )
        kind = "" if own else ' class="baseline"'
        lines.append(f"<tr{kind}><td>{escape(contrast)}</td>{row}</tr>")
    seeds = int(table["seeds"].max())
    note = (
        f"{title}, mean of {seeds} seed{'s' if seeds > 1 else ''}, chance {chance:g}; "
        "point at a cell for its interval. "
        f"Events injected into stars that did not train, against the same stars untouched. Features: "
        f"{feature_set}; P3 and P9 as published. * signals from a generator that no contrast set uses."
    )
    return (
        f'<div class="quiet">{escape(note)}</div><table><tr><th style="text-align:left">contrast set</th>{head}</tr>'
        f"{''.join(lines)}</table>"
    )


class SteeringPane(pn.viewable.Viewer):
    """The steering matrix that was measured last, and the button that measures it anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.measure = Menu(
            label="measure", options={title: name for name, (title, _) in MEASURES.items()}, value="auc", width=130
        )
        self.seeds = Menu(label="size", options=SIZES, value=1, width=150)
        self.button = Button(
            label="Measure",
            on_click=self.press,
            description="inject events into stars that did not train, and see which contrast set finds them",
        )
        self._html = live_text(css=CSS, sizing_mode="stretch_both")
        self._stage: list[Any] = []
        self._read: tuple[int, ...] = ()
        self._table = pd.DataFrame()
        self._view = pn.Column(
            pn.Row(self.measure, self.seeds, self.button, margin=(2, 10), styles={"gap": "8px"}),
            self._html,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.measure.param.watch(self._show, "value")
        session.follow(self._jobs_moved, "jobs")
        session.follow(self._show, "studies_changed")
        self._show()

    def press(self) -> None:
        """Queue the matrix."""
        if self.session.server.measure_steering(SteeringPlan(seeds=self.seeds.value)) is not None:
            self.session.hear()

    def _jobs_moved(self, *events: object) -> None:
        busy = any(job.kind == "steering" and job.state.active for job in self.session.jobs)
        self.button.param.update(disabled=busy, label="being measured" if busy else "Measure")
        stage = [(job.id, job.stage, job.state) for job in self.session.jobs if job.kind == "steering"]
        if stage != self._stage:
            self._stage = stage
            self._show()

    def _show(self, *events: object) -> None:
        plan = SteeringPlan(seeds=max(SIZES.values()))
        try:
            server = self.session.server
            now = tuple(server.versions[topic] for topic in (Topic.TARGETS, Topic.FEATURES, Topic.STUDIES))
            if now != self._read:
                self._table, self._read = SteeringMatrix(server.workspace, plan).kept_table(), now
        except ClaraError as error:
            self._html.object = f'<p class="quiet">{escape(str(error))}</p>'
            return
        if self._table.empty:
            self._html.object = (
                '<p class="quiet">Not measured yet. Measure injects planets, binaries, flares, dips … into stars that '
                "did not train, and shows which contrast set finds which. A quick look takes some minutes.</p>"
            )
        else:
            self._html.object = matrix_html(self._table, self.measure.value, plan.feature_set)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
