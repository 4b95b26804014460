"""A job that a pane starts and waits for, while the page stays usable."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from clara_app.action_text import ActionText
from clara_app.rendering import render
from clara_app.session import Session
from clara_engine.jobs import Job, JobKind, JobState, Reporter

__all__ = ["BackgroundJob", "problem_html", "progress_html"]

CANCEL = "cancel"


def problem_html(text: object) -> str:
    """A line of text in the colour of errors."""
    return render("problem", words=text)


def progress_html(job: Job) -> str:
    """The progress of a job, and a button that cancels it."""
    return render("progress", job=job, waits=job.state is JobState.QUEUED)


class BackgroundJob:
    """One job at a time, with a line of text that shows its progress, why it failed, or what the pane has to say.

    Parameters
    ----------
    done : callable
        Called with the result of the job.
    stopped : str
        Text of the line after the job was cancelled.
    on_cancelled : callable
        Called after the job was cancelled; it may start another job.

    Attributes
    ----------
    line : ActionText
    """

    def __init__(
        self,
        session: Session,
        done: Callable[[Any], object],
        *,
        stopped: str = "cancelled",
        on_cancelled: Callable[[], object] = lambda: None,
    ) -> None:
        self.session = session
        self._done, self._stopped, self._on_cancelled = done, stopped, on_cancelled
        self._id = ""
        self.line = ActionText(self.on_action, css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        session.follow(self._jobs_changed, "jobs")

    @property
    def job(self) -> Job | None:
        """The job that is queued or running."""
        return next((job for job in self.session.jobs if job.id == self._id), None)

    @property
    def busy(self) -> bool:
        """Whether a job is queued or running."""
        return bool(self._id)

    def show_text(self, text: str, *, problem: bool = False) -> None:
        """Show plain text in the line."""
        self.line.object = problem_html(text) if problem else render("plain", words=text)

    def start(
        self,
        kind: JobKind,
        title: str,
        work: Callable[[Reporter], Any],
        *,
        lane: str = "",
        passing: bool = False,
        share: bool = False,
    ) -> None:
        """Queue the work, unless a job is queued or running already.

        With `share`, a job of the same kind and title that another session has queued is waited for instead of a new
        one. The title must then name everything that determines the result.
        """
        if self._id:
            return
        server, author = self.session.server, self.session.signature()
        if share:
            submit = partial(server.submit_once, kind, title, work, author=author, lane=lane, passing=passing)
            job = submit()
            same = [job for job in server.queue.active() if (job.kind, job.title) == (kind, title)]
            job = job or (same[0] if same else submit())
        else:
            job = server.queue.submit(kind, title, work, author=author, lane=lane, passing=passing)
        self._id = job.id if job else ""
        self.session.sync()

    def cancel(self) -> None:
        """Ask the job to stop."""
        if self._id:
            self.session.cancel(self._id)

    def on_action(self, action: str) -> None:
        """Do what a button of the bar says."""
        if action == CANCEL:
            self.cancel()

    def _jobs_changed(self, *events: object) -> None:
        job = self.job
        if job is None:
            return
        if job.state.active:
            self.line.object = progress_html(job)
            return
        self._id = ""
        if job.state is JobState.DONE:
            self.line.object = ""
            self._done(job.result)
        else:
            self.show_text(job.message if job.state is JobState.FAILED else self._stopped, problem=True)
            if job.state is JobState.CANCELLED:
                self._on_cancelled()
