"""Export of the queue: reports, tables, and tables sent to other programs by SAMP."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.session import Session
from clara_app.widgets import Button, FileDownload
from clara_engine.jobs import JobKind, Reporter
from clara_engine.report.export import FORMATS, ranking, table_bytes
from clara_engine.studies.event_table import event_table
from clara_engine.text import counted

__all__ = ["ExportBar"]


class ExportBar(pn.viewable.Viewer):
    """A row of buttons. What was vetted is measured in the background, so that tables have it at once.

    Parameters
    ----------
    stars : callable
        Target ids of the list.
    """

    def __init__(self, session: Session, stars: Callable[[], list[str]]) -> None:
        super().__init__()
        self.session, self.stars = session, stars
        self.report_text = ""
        self.reporting = BackgroundJob(session, self._reported, stopped="the report was cancelled")
        self.sending = BackgroundJob(session, self._sent, stopped="sending was cancelled")
        self.measuring = BackgroundJob(session, lambda events: self._measure(), stopped="measuring was cancelled")
        self.measured = 0  # the verdicts whose events were measured last
        self.one = self._button("this star", "a report on this star, to read and print", self.report_star)
        self.list = self._button("list", "a report on the stars of the list, one a page", self.report_list)
        self.send = self._button("TOPCAT / Aladin", "send the list to programs on CLARA's computer (SAMP)", self.samp)
        self.save = FileDownload(
            lambda: self.report_text.encode(),
            filename="clara-report.html",
            label="Save report",
            look="filled",
            visible=False,
        )
        tables = [
            FileDownload(partial(self.table, ending), filename=f"clara-queue{ending}", label=kind.title, look="text")
            for ending, kind in FORMATS.items()
        ]
        quiet = ":host{opacity:.65;white-space:nowrap}"
        bar = [
            live_text("Report", css=quiet),
            self.one,
            self.list,
            self.save,
            pn.layout.HSpacer(),
            live_text("List as", css=quiet),
            *tables,
            self.send,
        ]
        for piece in bar:
            piece.align = "center"
        self._view = pn.Column(
            self.reporting.line,
            self.sending.line,
            pn.Row(
                *bar,
                margin=(2, 8),
                min_height=28,
                sizing_mode="stretch_width",
                styles={"align-items": "center", "gap": "0 4px", "flex-wrap": "wrap"},
            ),
            sizing_mode="stretch_width",
            margin=0,
        )
        session.follow(self._measure, "verdicts_changed", "area")

    def table(self, ending: str) -> bytes:
        """The list with everything known of its stars; `ending` is a key of `FORMATS`."""
        session = self.session
        return table_bytes(ranking(session.server.workspace, session.run, self.stars()), ending)

    def report_star(self) -> None:
        """Queue a report on the star on the screen."""
        self._report([self.session.target_id] if self.session.target_id else [])

    def report_list(self) -> None:
        """Queue a report on the stars of the list."""
        self._report(list(self.stars()))

    def samp(self) -> None:
        """Queue that the list is sent to programs that read tables."""
        workspace, run, stars = self.session.server.workspace, self.session.run, list(self.stars())

        def work(report: Reporter) -> list[str]:
            from clara_engine.report.samp import send_ranking

            report.stage("sending")
            return send_ranking(workspace, ranking(workspace, run, stars), run.name if run else "targets")

        self.sending.start(JobKind.SAMP, "sending a table", work, lane="samp", passing=True)

    def _measure(self, *events: object) -> None:
        """Measure the events of stars that were vetted since the last time."""
        session = self.session
        latest = session.server.verdicts.latest()
        if session.area != "vet" or self.measuring.busy or self.measured == session.verdicts_changed or latest.empty:
            return
        self.measured = session.verdicts_changed
        workspace, ids = session.server.workspace, list(latest.index[latest["period_days"].notna()])

        def work(report: Reporter) -> int:
            return len(event_table(workspace, ids, report=report))

        if ids:
            self.measuring.start(JobKind.LOOK, "events of vetted stars", work, lane="looks", passing=True)

    def _report(self, stars: list[str]) -> None:
        workspace, run = self.session.server.workspace, self.session.run
        self.save.visible = False

        def work(report: Reporter) -> str:
            from clara_engine.report.pages import report_html

            return report_html(workspace, stars, run, report=report)

        self.reporting.start(JobKind.REPORT, f"report on {counted(len(stars), 'star')}", work)

    def _reported(self, text: str) -> None:
        self.report_text = text
        self.save.visible = True
        self.reporting.show_text("The report is ready: save it, and print it from the browser to get a PDF.")

    def _sent(self, names: list[str]) -> None:
        self.sending.show_text(f"sent to {', '.join(names)}")

    @staticmethod
    def _button(label: str, description: str, action: Callable[[], None]) -> Button:
        return Button(
            label=label,
            description=description,
            look="text",
            on_click=lambda: action(),
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
