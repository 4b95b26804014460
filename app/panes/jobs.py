"""What is being computed: stage, percentage, time left, cancel; and what was computed before."""

from __future__ import annotations

import time
from html import escape

import panel as pn
import panel_material_ui as pmui

from app.card import html, live_text
from app.session import Session
from clara_engine.jobs import Job, JobState

__all__ = ["JobsBar", "JobsList", "job_line", "jobs_html"]

SHOWN = 30
BAR = {"backgroundColor": "rgba(255,255,255,.25)", "& .MuiLinearProgress-bar": {"backgroundColor": "white"}}


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds, ``1:05``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def job_line(job: Job, waiting: int = 0) -> str:
    """One line about the job at the head of the queue."""
    if job.state is JobState.QUEUED:
        return f"{job.title}: waiting"
    left = f" · {clock(job.seconds_left)} left" if job.seconds_left is not None else ""
    more = f" · {waiting} more" if waiting else ""
    return f"{job.title}: {job.stage or 'starting'} {job.fraction:.0%}{left}{more}"


def jobs_html(jobs: list[Job]) -> str:
    """A table of jobs, newest first."""
    if not jobs:
        return '<p class="quiet">Nothing has been computed since this server started.</p>'
    rows = []
    for job in reversed(jobs[-SHOWN:]):
        took = (job.finished or time.time()) - job.started if job.started else 0.0
        what = job.message or job.stage
        mark = ' class="problem"' if job.state is JobState.FAILED else ""
        rows.append(
            f"<tr><td>{escape(job.title)}</td><td>{job.kind}</td><td{mark}>{job.state}</td><td>{job.fraction:.0%}</td>"
            f"<td>{took:.1f} s</td><td style='white-space:normal;text-align:left'>{escape(what)}</td></tr>"
        )
    head = "<tr><th>job</th><th>kind</th><th>state</th><th>stage done</th><th>took</th><th></th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


class JobsBar(pn.viewable.Viewer):
    """The job that runs, in the header."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._line = live_text(css=":host{white-space:nowrap}", align="center", styles={"color": "white"})
        self._bar = pmui.LinearProgress(value=0, width=90, margin=0, align="center", active=False, sx=BAR)
        self._cancel = pmui.IconButton(
            icon="close", size="small", description="cancel this job", margin=0, on_click=lambda event: self.cancel(),
            sx={"color": "white"}, align="center",
        )  # fmt: skip
        self._view = pn.Row(
            self._line, self._bar, self._cancel, margin=0, visible=False, styles={"gap": "8px", "align-items": "center"}
        )
        session.follow(self._show, "jobs")
        self._show()

    @property
    def head(self) -> Job | None:
        """The running job (a training before a map), else the first that waits."""
        active = [job for job in self.session.jobs if job.state.active]
        active.sort(key=lambda job: (job.state is not JobState.RUNNING, job.kind == "map"))
        return active[0] if active else None

    def cancel(self) -> None:
        """Stop the job that is shown."""
        if self.head is not None:
            self.session.cancel(self.head.id)

    def _show(self, *events: object) -> None:
        job = self.head
        self._view.visible = job is not None
        if job is None:
            return
        waiting = sum(other.state.active for other in self.session.jobs) - 1
        self._line.object = escape(job_line(job, waiting))
        self._bar.value = round(100 * job.fraction)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


class JobsList(pn.viewable.Viewer):
    """Every job of this server, in a dialog."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._html = html(sizing_mode="stretch_width")
        self.dialog = pmui.Dialog(
            self._html, title="Jobs", title_variant="h6", width_option="md", close_on_click=True, show_close_button=True
        )
        session.follow(self._show, "jobs")
        self.dialog.param.watch(self._show, "open")

    def _show(self, *events: object) -> None:
        if self.dialog.open:
            self._html.object = jobs_html(self.session.jobs)

    def __panel__(self) -> pn.viewable.Viewable:
        return self.dialog
