"""The list for follow-up: what was vetted as what the search is for, with next events and the sectors to come."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd
import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.paged_table import PagedTable
from clara_app.panes.facts import number
from clara_app.session import Session
from clara_app.widgets import Button, FileDownload, Select
from clara_engine.errors import WorkspaceError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.report.ctoi import ctoi_form, usual_name
from clara_engine.report.export import FORMATS, table_bytes
from clara_engine.studies.follow_up import FOLLOW_UP_COLUMNS, ORDERS, follow_up

__all__ = ["FollowUpPane", "cells"]

PAGE = 100
COLUMNS = (
    ("star", "star", "click to see it", "left"),
    ("label", "vetted as", "its last verdict", "left"),
    ("tmag", "T", "TESS magnitude [mag]", "right"),
    ("period", "P, d", "measured period [days]", "right"),
    ("next", "next event, UTC", "at the barycentre", "right"),
    ("error", "± h", "its standard error, grown since it was measured [hours]", "right"),
    ("sectors", "sectors", "to come that see the star, as planned", "left"),
    ("known", "known as", "in TOI, CTOI, EB catalogues, VSX and Gaia's classes, as far as they were asked", "left"),
)
TITLES = {"brightness": "bright, sure", "error": "sure", "time": "soon"}


def cells(table: pd.DataFrame) -> list[list[str]]:
    """The texts of `COLUMNS`, a row a star of `follow_up`."""
    return [
        [
            row["name"],
            row["label"],
            number(row["tmag"], "{:.2f}"),
            number(row["period_days"], "{:.5g}"),
            row["next_event_utc"][:16].replace("T", " ") or row["problem"] or "–",
            number(row["next_event_error_hours"], "{:.2g}"),
            row["sectors_to_come"] or "–",
            re.sub(r" \(.*?\)+", "", row["known_as"]) or "–",
        ]
        for row in table.to_dict("records")
    ]


class FollowUpPane(pn.viewable.Viewer):
    """The list, made in the background: what was not measured yet is measured then."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.table = pd.DataFrame(columns=list(FOLLOW_UP_COLUMNS))
        self.form = ""
        self.making = BackgroundJob(session, self._made, stopped="cancelled; what was measured is kept")
        self.list = PagedTable(
            self.row_clicked,
            columns=[{"name": n, "title": t, "help": h, "side": s} for n, t, h, s in COLUMNS],
            sizing_mode="stretch_both",
            min_height=100,
            empty="Nothing yet: stars vetted as what the search is for (✎ labels says which) are listed here.",
        )
        self.by = Select(
            label="what comes first",
            value="brightness",
            options={title: name for name, title in TITLES.items()},
            description="; ".join(f"{TITLES[name]}: {words}" for name, words in ORDERS.items()),
            width=110,
        )
        again = Button(label="Make anew", look="text", on_click=self.make)
        self.upload = FileDownload(
            lambda: self.form.encode(), filename=usual_name(), label="CTOI form", look="text", disabled=True
        )
        tables = [
            FileDownload(
                partial(self.content, ending), filename=f"clara-follow-up{ending}", label=kind.title, look="text"
            )
            for ending, kind in FORMATS.items()
        ]
        bar = [
            self.by,
            again,
            pn.layout.HSpacer(),
            live_text("Save as", css=":host{opacity:.65}"),
            *tables,
            self.upload,
        ]
        for piece in bar:
            piece.align = "center"
        self._view = pn.Column(
            pn.Row(
                *bar,
                margin=(2, 8),
                min_height=30,
                sizing_mode="stretch_width",
                styles={"gap": "4px", "flex-wrap": "wrap"},
            ),
            self.making.line,
            self.list,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.by.param.watch(self.make, "value")
        session.follow(self.make, "verdicts_changed", "archives_changed", "run_id")
        session.follow(self._mark, "target_id")
        self.make()

    def make(self, *events: object) -> None:
        """Make the list, unless it is being made."""
        workspace, run, order = self.session.server.workspace, self.session.run, self.by.value

        def work(report: Reporter) -> tuple[pd.DataFrame, str, tuple[object, ...]]:
            table = follow_up(workspace, run=run, order=order, report=report)
            try:
                form = ctoi_form(workspace, report=report).text
            except WorkspaceError:  # nobody was vetted as a planet
                form = ""
            return table, form, (order, run)

        self.making.start(JobKind.LOOK, "list for follow-up", work, lane="looks", passing=True)

    def content(self, ending: str) -> bytes:
        """The list as a file; `ending` is a key of `FORMATS`."""
        return table_bytes(self.table, ending)

    def _made(self, found: tuple[pd.DataFrame, str, tuple[object, ...]]) -> None:
        self.table, self.form, asked = found
        self.upload.disabled = not self.form
        self.list.rows = cells(self.table.head(PAGE))
        if len(self.table) > PAGE:
            self.making.show_text(f"the first {PAGE} of {len(self.table):,}; the files have them all")
        self._mark()
        if asked != (self.by.value, self.session.run):
            self.make()

    def _mark(self, *events: object) -> None:
        ids = list(self.table["target_id"].head(PAGE))
        self.list.selected = ids.index(self.session.target_id) if self.session.target_id in ids else -1

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        if 0 <= place < len(self.table):
            self.session.show(str(self.table["target_id"].iloc[place]))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
