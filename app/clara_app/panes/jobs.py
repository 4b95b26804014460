"""What is being computed: stage, percentage, time left, cancel; and what was computed before."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

import pandas as pd
import panel as pn

from clara_app.action_text import ActionText
from clara_app.card import live_text
from clara_app.dialog import Dialog
from clara_app.formatting import format_duration
from clara_app.hiding import show
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.theme import progress_css
from clara_app.widgets import Button
from clara_engine.jobs import Job, JobKind, JobState
from clara_engine.store.versions import Topic

__all__ = ["JobsBar", "JobsList", "JobsPane", "active_html", "history_html", "job_line"]

SHOWN = 200
CANCEL = "cancel:"
#: Down to what bar and share need.
MAY_SHRINK = {"flex": "0 1 auto", "min-width": "190px"}
BRIEF_S = 0.5
#: A long title is cut off, and left out on a small screen with the number of those that wait.
LINE_CSS = """
:host { color: white; }
div { display: flex; align-items: center; gap: 8px; min-width: 0; }
span { min-width: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
b { flex: none; font-weight: 400; white-space: nowrap; }
@media (max-width: 1150px) { span, i { display: none; } }
i { font-style: normal; }
""" + progress_css("flex: none; width: 70px; height: 5px;", bar="white", behind="rgba(255, 255, 255, .25)")
#: Shown for a job that is running according to the history but unknown to this server.
LOST = "not ended: its server has stopped, or is another one"


def job_line(job: Job) -> tuple[str, str]:
    """What the job at the head of the queue does, and how far it is."""
    if job.state is JobState.QUEUED:
        return f"{job.title}: waiting", ""
    left = f" · {format_duration(job.seconds_left)} left" if job.seconds_left is not None else ""
    return f"{job.title}: {job.stage or 'starting'}", f"{job.fraction:.0%}{left}"


def _worth_showing(job: Job) -> bool:
    """Whether a job goes on; a look at something only when it lasts."""
    return job.state.active and not (job.passing and time.time() - job.created < BRIEF_S)


def active_html(jobs: list[Job]) -> str:
    """A table of what runs and what waits, in the order in which it will be done."""
    active = [job for job in jobs if _worth_showing(job)]
    if not active:
        return '<p class="quiet">Nothing is being computed.</p>'
    active.sort(key=lambda job: (job.state is not JobState.RUNNING, job.created))
    running = sum(job.state is JobState.RUNNING for job in active)
    placed = [(job, max(number - running, 0)) for number, job in enumerate(active, 1)]
    return render("active_jobs", jobs=placed, now=time.time())


def history_html(log: pd.DataFrame, active: Collection[str] = ()) -> str:
    """A table of ended jobs, newest first; the details of a failed one are folded.

    Parameters
    ----------
    log : DataFrame
        As `JobLog.frame` gives it.
    active : collection of str
        Ids of the jobs of this server that go on; they are left out.
    """
    ended = log[~log["job_id"].isin(list(active))]
    if ended.empty:
        return '<p class="quiet">No job has ended in this workspace yet.</p>'
    return render("past_jobs", jobs=[_past(job) for job in ended.to_dict("records")])


def _past(job: dict[Any, Any]) -> dict[str, Any]:
    """What is said of a job that has ended."""
    lost = job["state"] in (JobState.QUEUED, JobState.RUNNING)
    state, reason = ("lost", LOST) if lost else (str(job["state"]), str(job["message"]))
    ran = pd.notna(job["started"]) and pd.notna(job["finished"])
    took = format_duration(job["finished"] - job["started"]) if ran else ""
    failed = job["state"] == JobState.FAILED
    return job | {"state": state, "reason": reason or _stage(job), "took": took, "failed": failed}


def _stage(job: dict[str, Any]) -> str:
    return str(job["stage"]) if job["state"] != JobState.DONE else ""


class JobsPane(pn.viewable.Viewer):
    """All jobs of this workspace: those of this server, which its sessions share, and earlier ones.

    Parameters
    ----------
    in_view : callable
        Whether anybody sees it; while nobody does, nothing is drawn.
    """

    def __init__(self, session: Session, in_view: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.session = session
        self._in_view = in_view
        self.active = ActionText(self.on_action, sizing_mode="stretch_width", css=":host{padding:2px 10px}")
        self.history = ActionText(self.on_action, sizing_mode="stretch_both", css=":host{padding:2px 10px}")
        self._view = pn.Column(
            live_text("<b>Now</b>", css=":host{padding:4px 10px 0}"),
            self.active,
            live_text("<b>Before</b>", css=":host{padding:8px 10px 0}"),
            self.history,
            sizing_mode="stretch_both",
            margin=0,
        )
        self._seen: Any = None
        session.follow(self.refresh, "jobs", "jobs_changed", "area")
        self.refresh()

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop."""
        self.session.cancel(job_id)

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        if action.startswith(CANCEL):
            self.cancel(action.removeprefix(CANCEL))

    def refresh(self, *events: object) -> None:
        """Draw the jobs as they stand."""
        if not self._in_view():
            return
        jobs = self.session.jobs
        self.active.object = active_html(jobs)
        active = {job.id for job in jobs if job.state.active}
        log = self.session.server.workspace.job_log
        states = [self.session.server.versions[Topic.JOBS], *((job.id, job.state) for job in jobs)]
        if states != self._seen:
            self._seen = states
            self.history.object = history_html(log.frame(SHOWN), active)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


class JobsBar(pn.viewable.Viewer):
    """The job that runs, in the header."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.line = live_text(css=LINE_CSS, align="center", styles=MAY_SHRINK | {"min-width": "150px"})
        cancel = Button(
            symbol="✕",
            look="text",
            classes="header",
            label="cancel this job",
            on_click=self.cancel,
            align="center",
        )
        self._parts = (self.line, cancel)
        self._view = pn.Row(margin=0, align="center", styles={"gap": "8px", "align-items": "center"} | MAY_SHRINK)
        show(self._view, False)
        session.follow(self._show, "jobs")
        self._show()

    @property
    def head(self) -> Job | None:
        """The running job (a training before a map), else the first that waits."""
        active = [job for job in self.session.jobs if _worth_showing(job)]
        active.sort(key=lambda job: (job.state is not JobState.RUNNING, job.kind == JobKind.MAP))
        return active[0] if active else None

    def cancel(self) -> None:
        """Stop the job that is shown."""
        if self.head is not None:
            self.session.cancel(self.head.id)

    def _show(self, *events: object) -> None:
        job = self.head
        show(self._view, job is not None)
        if job is None:
            return
        if not len(self._view):  # made with the first job, so that the page opens sooner
            self._view.objects = list(self._parts)
        waiting = sum(_worth_showing(other) for other in self.session.jobs) - 1
        does, share = job_line(job)
        self.line.object = render("job_line", does=does, share=share, fraction=job.fraction, waiting=waiting)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


class JobsList(pn.viewable.Viewer):
    """Every job, in a dialog; it is made when it is first opened."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.pane: JobsPane | None = None
        self._body = pn.Column(height=420, sizing_mode="stretch_width", margin=0)
        self.dialog = Dialog(self._body, title="Jobs", width=1160)
        self.dialog.param.watch(self._show, "open")

    def _show(self, *events: object) -> None:
        if not self.dialog.open:
            return
        if self.pane is None:
            self.pane = JobsPane(self.session, lambda: self.dialog.open)
            self._body.append(self.pane)
        self.pane.refresh()

    def __panel__(self) -> pn.viewable.Viewable:
        return self.dialog.__panel__()
