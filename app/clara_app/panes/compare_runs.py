"""Two runs side by side: what each finds, what was asked of each, and which stars changed places."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import panel as pn

from clara_app.areas.parts import column, part, row
from clara_app.background_job import BackgroundJob, problem_html
from clara_app.card import live_text, quiet
from clara_app.compared_runs import ComparedRuns, ComparedRunsBar
from clara_app.formatting import counted, label_options, star_name
from clara_app.paged_table import PagedTable
from clara_app.plot_view import PlotView
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, Select
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.plots import score_against_score
from clara_engine.plots.points import MOST_POINTS
from clara_engine.store.versions import Topic
from clara_engine.studies.compare import moves, settings_table
from clara_engine.studies.sweep import usual_label
from clara_engine.studies.sweep_fields import RISING
from clara_engine.studies.validate import validate
from clara_engine.workspace import Run

__all__ = ["ORDERS", "CompareRunsPane", "measures_table_html", "ordered", "settings_html"]

Label = tuple[str, str]
CSS = """
:host { padding: 0 10px 6px; box-sizing: border-box; overflow: auto; }
h4 { font-size: 12px; font-weight: 600; margin: 8px 0 2px; }
td { padding: 2px 4px; } td.both { text-align: center; } td { vertical-align: top; }
td.setting { white-space: normal; max-width: 150px; overflow-wrap: anywhere; }
tr.differs td { font-weight: 600; color: var(--accent); }
tr.same td { opacity: .65; }
td.gap { border-top: 1px solid color-mix(in srgb, var(--text) 14%, transparent); }
"""
PAGE = 50
TOP = 0.05
LEAST_LABELLED = 5
#: How near to a star a click must be, as a share of the range in view.
REACH = 0.02
#: Stars that the table can list.
ORDERS = {
    "top 5 % of A only": "entered",
    "top 5 % of B only": "left",
    "rose most in A": "rose",
    "fell most in A": "fell",
}
COLUMNS: list[dict[str, Any]] = [
    {"name": "tic", "title": "TIC", "help": "target", "side": "right"},
    {"name": "first", "title": "rank in A", "help": "1 is strangest", "side": "right"},
    {"name": "second", "title": "rank in B", "help": "1 is strangest", "side": "right"},
    {"name": "gained", "title": "gained", "help": "places that A ranks it higher than B", "side": "right"},
    {"name": "score_first", "title": "score A", "help": "anomaly score, 0 to 1", "side": "right"},
    {"name": "score_second", "title": "score B", "help": "anomaly score, 0 to 1", "side": "right"},
    {"name": "label", "title": "label", "help": "whether it carries the label that is measured", "side": "left"},
]
#: Suffixes of setting names, and the units that they mean.
UNITS = {"_percent": "%", "_days": "d", "_hours": "h", "_minutes": "min", "_ppm": "ppm", "_s": "s"}


def ordered(table: pd.DataFrame, order: str) -> pd.DataFrame:
    """Stars of `moves` in one of `ORDERS`, the largest change first."""
    top = max(1, round(TOP * len(table)))
    if order == "rose":
        return table[table["gained"] > 0].sort_values("gained", ascending=False, kind="stable")
    if order == "fell":
        return table[table["gained"] < 0].sort_values("gained", kind="stable")
    here, there = ("rank_first", "rank_second") if order == "entered" else ("rank_second", "rank_first")
    return table[(table[here] <= top) & (table[there] > top)].sort_values(here, kind="stable")


def measures_table_html(table: pd.DataFrame) -> str:
    """The measures of two runs, and the agreement of their scores.

    Parameters
    ----------
    table : DataFrame
        As `clara_engine.studies.validate.validate`.
    """
    groups = []
    for stars_of, group in table.groupby("stars_of", sort=False):
        lines = []
        for (measure, _), rows in group.groupby(["measure", "label"], sort=False):
            by = {found["ranking"]: found for _, found in rows.iterrows()}
            of_both = "Spearman’s ρ" if measure == "Spearman" else "top 5 % of A also of B"
            shown = [by[""]] if "" in by else [by[one] for one in ("first", "second", "difference")]
            lines.append((of_both if "" in by else measure, shown, rows["chance"].iloc[0]))
        label = next((name for name in group["label"] if name), "")
        groups.append({"stars_of": stars_of, "stars": int(group["stars"].iloc[0]), "label": label, "lines": lines})
    return render("measures_of_two", groups=groups)


def settings_html(table: pd.DataFrame) -> str:
    """Settings of two runs in two columns; those that differ come first and are marked.

    Parameters
    ----------
    table : DataFrame
        As `clara_engine.studies.compare.settings_table`.
    """
    kinds = {
        row.setting.removesuffix(".kind"): {row.first, row.second} - {None}
        for row in table.itertuples()
        if row.setting.endswith(".kind")
    }
    rows = [
        (
            _title(row.setting, kinds.get(row.setting.rpartition(".")[0], set())),
            _value(row.setting, row.first),
            _value(row.setting, row.second),
            row.differs,
        )
        for row in table.sort_values("differs", ascending=False, kind="stable").itertuples()
    ]
    return render("settings_of_two", rows=rows, differ=int(table["differs"].sum()))


def _title(setting: str, kinds: Collection[str]) -> str:
    path = setting.split(".")
    name = path[-1]
    if name == "depth":
        name = "depth_percent"
    unit = next((f" ({unit})" for ending, unit in UNITS.items() if name.endswith(ending)), "")
    ending = next((ending for ending in UNITS if name.endswith(ending)), "")
    words = name.removesuffix(ending).replace("_", " ")
    if RISING.intersection(kinds):
        words = words.replace("depth", "height" if RISING.issuperset(kinds) else "depth or height")
    where = [f"signal {int(step) + 1}" if step.isdigit() else step for step in path[:-1] if step != "signals"]
    return " · ".join([*where[-2:], words]) + unit


def _value(setting: str, value: Any) -> str:
    """A setting as people read it; depths are stored as shares of the flux."""
    if setting.endswith(".depth") and isinstance(value, list):
        return _words([100 * one for one in value])
    return _words(value)


def _words(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "–" if value is None else "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return " – ".join(_words(one) for one in value[:8]) + (" …" if len(value) > 8 else "")
    return str(value)


class CompareRunsPane(pn.viewable.Viewer):
    """Run A, which is on the screen, beside run B.

    Parameters
    ----------
    shown : callable
        Whether the pane is in view; hidden, it does nothing.
    """

    def __init__(self, session: Session, compared: ComparedRuns, shown: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.session, self.compared, self._in_view = session, compared, shown
        self.table = pd.DataFrame()
        self.listed = pd.DataFrame()
        self._drawn: tuple[object, ...] = ()
        self._members: dict[Label, np.ndarray] = {}
        self.label = Select(label="label to measure with", options={}, width=220)
        self.order = Select(label="which stars to list", options=ORDERS, value="entered", width=170)
        self.explore = Button(
            label="see in Explore",
            look="text",
            disabled=True,
            description="show the selected star on the map, with its light curve",
            on_click=lambda: session.param.update(area="explore"),
        )
        self.job = BackgroundJob(session, self.measured, stopped="measuring was cancelled")
        self.html = live_text(css=CSS, sizing_mode="stretch_both")
        self._settings = ""
        self.scatter = PlotView(score_against_score, tapped=self.tapped)
        self.movers = PagedTable(
            self.row_clicked,
            on_page=self._turn,
            columns=COLUMNS,
            sizing_mode="stretch_both",
            empty="No star changed places this way.",
        )
        self.note = live_text(css=":host{white-space:nowrap}", styles={"flex": "1 0 auto"})
        bar = {"align-items": "center", "gap": "8px"}
        left = column(self.job.line, self.html)
        right = column(
            pn.Row(
                self.order,
                self.note,
                self.explore,
                margin=(0, 8),
                sizing_mode="stretch_width",
                styles=bar | {"flex-wrap": "wrap"},
            ),
            self.movers,
        )
        self._legend = live_text(css=":host{padding:0 10px 0 60px}", sizing_mode="stretch_width", height=30)
        drawn = column(self._legend, self.scatter)
        self._of_two = (part(drawn, "0.95 1 0"), part(right, "1.05 1 0"))
        self._view = pn.Column(
            pn.Row(ComparedRunsBar(compared), self.label, margin=(2, 10), height=32, styles=bar),
            row(part(left, "1.25 1 0"), *self._of_two),
            sizing_mode="stretch_both",
            margin=0,
        )
        self.label.param.watch(self._label_chosen, "value")
        self.order.param.watch(self._list, "value")
        compared.param.watch(self.refresh, "changed")
        session.follow(self.refresh, "area", "scored")
        session.follow(self._mark, "target_id")
        session.follow(self._paint, "dark")
        self._paint()
        self.refresh()

    def refresh(self, *events: object) -> None:
        """Draw the two runs, if that is in view and has not been done."""
        first, second = self.compared.first, self.compared.second
        if not self._in_view():
            return
        for shown in self._of_two:
            shown.visible = first is not None and second is not None
        if first is None or second is None:
            self._drawn = ()
            self.table = pd.DataFrame()
            self.label.visible = False
            self.html.object = (
                '<p class="quiet">Two runs are needed: set the wheel in Explore and press Retrain, or run a sweep here.'
                "</p>"
            )
            self.movers.rows = []
            return
        versions = self.session.server.versions
        drawn = (first.id, second.id, versions[Topic.LABELS], versions[Topic.CLAIMS])
        if self._drawn == drawn:
            return
        self._drawn = drawn
        try:
            self.table = moves(first, second)
        except ClaraError as error:
            self._refuse(str(error))
            return
        self._settings = settings_html(settings_table(first.spec, second.spec))
        self._offer_labels()
        self._draw()

    def _refuse(self, reason: str) -> None:
        """Say why two runs are not set against each other."""
        for shown in (*self._of_two, self.label):
            shown.visible = False
        self.table = pd.DataFrame()
        self.html.object = problem_html(reason)
        self.movers.rows = []

    def _offer_labels(self) -> None:
        ids = self.table.index.tolist()
        self._members = {
            label: mask
            for label, mask in self.session.server.labels.members(ids).items()
            if LEAST_LABELLED <= mask.sum() < mask.size
        }
        options = label_options(self._members)
        wanted = (self.label.value, self.session.family_value, usual_label(self._members), *self._members)
        chosen = next((label for label in wanted if label in self._members), None)
        self.label.param.update(options=options, value=chosen, visible=bool(options))

    def _label_chosen(self, event: object) -> None:
        if self.label.value:
            self.session.family_value = self.label.value
        self._draw()

    def _draw(self) -> None:
        if self.table.empty or not self._in_view():
            return
        self.scatter.crowded = len(self.table) > MOST_POINTS
        self.scatter.draw(table=self.table, labelled=self._mask(), target=self.session.target_id)
        label = f"coloured: {' '.join(self.label.value)} · " if self.label.value else ""
        self._legend.object = quiet(f"{label}dashed: equal scores · click to select")
        self.html.object = self._settings
        self._list()
        self._request_measures()

    def _mask(self) -> np.ndarray:
        mask = self._members.get(self.label.value)
        return np.zeros(len(self.table), bool) if mask is None else mask

    def _request_measures(self) -> None:
        """Queue the measures: their intervals take a moment."""
        first, second = self.compared.first, self.compared.second
        if first is None or second is None:
            return
        if self.job.busy:
            return  # `_measured` starts the next one when this one has ended
        label = self.label.value
        words = " ".join(label) if label else "no label"
        self.job.start(
            JobKind.COMPARE,
            f"{first.name} against {second.name} ({first.id[-6:]}, {second.id[-6:]}; {words})",
            partial(self._measure, first, second, label),
            passing=True,
            share=True,
        )

    def _measure(self, first: Run, second: Run, label: Label | None, report: Reporter) -> tuple[object, pd.DataFrame]:
        labels = [label] if label else []
        table = validate(self.session.server.workspace, first, second, labels=labels, share=TOP, report=report)
        return (first.id, second.id, label), table

    def measured(self, result: tuple[object, pd.DataFrame]) -> None:
        """Show the measures of both runs, if both are still on the screen."""
        first, second = self.compared.first, self.compared.second
        if first is not None and second is not None and result[0] == (first.id, second.id, self.label.value):
            self.html.object = measures_table_html(result[1]) + self._settings
        else:
            self._request_measures()

    # -- the table of stars -----------------------------------------------------------------------------------------

    def _list(self, *events: object) -> None:
        if self.table.empty:
            return
        self.listed = ordered(self.table, self.order.value)
        self.note.object = f'<span class="quiet">{len(self.listed):,} of {counted(len(self.table), "star")}</span>'
        self.movers.pages = max(1, -(-len(self.listed) // PAGE))
        self._turn(0)

    def _turn(self, page: int) -> None:
        self.movers.page = min(max(page, 0), self.movers.pages - 1)
        rows = self.listed.iloc[self.movers.page * PAGE :][:PAGE]
        stars = self.session.table.reindex(rows.index)[["tic", "catalogue", "which"]].to_dict("records")
        marked = pd.Series(self._mask(), self.table.index).reindex(rows.index)
        value = self.label.value[1] if self.label.value else ""
        self.movers.rows = [
            [
                star_name(star),
                f"{row.rank_first:,}",
                f"{row.rank_second:,}",
                f"{row.gained:+,}",
                f"{row.score_first:.3f}",
                f"{row.score_second:.3f}",
                value if mark else "",
            ]
            for star, mark, row in zip(stars, marked, rows.itertuples(), strict=True)
        ]
        self._mark()

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        at = self.movers.page * PAGE + place
        if place >= 0 and at < len(self.listed):
            self.session.show(str(self.listed.index[at]))

    def tapped(self, x: float, y: float) -> None:
        """Choose the star nearest to a place, where one is near."""
        if self.table.empty:
            return
        across, up = (self.table[name].to_numpy(float) for name in ("score_second", "score_first"))
        (left, right), (bottom, top) = self.scatter.ends
        away = np.hypot((across - x) / (right - left), (up - y) / (top - bottom))
        nearest = int(np.argmin(away))
        if away[nearest] < REACH:
            self.session.show(str(self.table.index[nearest]))

    def _mark(self, *events: object) -> None:
        if not self._in_view():
            return
        page = list(self.listed.index[self.movers.page * PAGE :][:PAGE])
        here = self.session.target_id
        self.movers.selected = page.index(here) if here in page else -1
        if not self.table.empty:
            self.scatter.draw(target=here)
        self.explore.disabled = here not in self.table.index

    def _paint(self, *events: object) -> None:
        self.scatter.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
