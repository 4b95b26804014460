"""A job that one pane asked for and waits for, while the page goes on."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from clara_app.act_text import ActText, act_button
from clara_app.session import Session
from clara_app.words import clock
from clara_engine.jobs import Job, JobKind, JobState, Reporter

__all__ = ["Errand", "problem_html", "progress_html"]

CANCEL = "cancel"


def problem_html(words: str) -> str:
    """A line that says what went wrong."""
    return f'<span class="problem">{escape(words)}</span>'


def progress_html(job: Job) -> str:
    """How far a job is, and a button that stops it."""
    stop = act_button(CANCEL, "Cancel", f"cancel {job.title}")
    if job.state is JobState.QUEUED:
        return f"{escape(job.title)}: waits for another job {stop}"
    left = f" · {clock(job.seconds_left)} left" if job.seconds_left is not None else ""
    bar = f'<progress max="1" value="{job.fraction:.3f}" aria-label="{escape(job.title, quote=True)}"></progress>'
    return f"{bar} {escape(job.stage or job.title)} {job.fraction:.0%}{left} {stop}"


class Errand:
    """One job at a time. Its line shows how far the job is, why it failed, or what the pane says.

    Parameters
    ----------
    done : callable
        Called with what the work returned.
    stopped : str
        What the line says when the job was cancelled.
    after_stop : callable
        Called then; it may go on another errand.

    Attributes
    ----------
    line : ActText
    """

    def __init__(
        self,
        session: Session,
        done: Callable[[Any], object],
        *,
        stopped: str = "cancelled",
        after_stop: Callable[[], object] = lambda: None,
    ) -> None:
        self.session = session
        self._done, self._stopped, self._after_stop = done, stopped, after_stop
        self._id = ""
        self.line = ActText(self._act, css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        session.follow(self._look, "jobs")

    @property
    def job(self) -> Job | None:
        """The job that is under way."""
        return next((job for job in self.session.jobs if job.id == self._id), None)

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return bool(self._id)

    def say(self, words: str, *, problem: bool = False) -> None:
        """Let the line say something, as plain text."""
        self.line.object = problem_html(words) if problem else escape(words)

    def go(
        self,
        kind: JobKind,
        title: str,
        work: Callable[[Reporter], Any],
        *,
        lane: str = "",
        passing: bool = False,
        share: bool = False,
    ) -> None:
        """Queue the work, unless this waits for something already.

        With `share`, a job of the same kind and title that another session asked for is waited for instead: the title
        must then say all that fixes the result.
        """
        if self._id:
            return
        server = self.session.server
        if share:
            job = server.submit_once(kind, title, work, lane=lane, passing=passing)
            same = [job for job in server.queue.active() if (job.kind, job.title) == (kind, title)]
            job = job or (same[0] if same else server.submit_once(kind, title, work, lane=lane, passing=passing))
        else:
            job = server.queue.submit(kind, title, work, lane=lane, passing=passing)
        self._id = job.id if job else ""
        self.session.hear()

    def cancel(self) -> None:
        """Ask the job to stop."""
        if self._id:
            self.session.cancel(self._id)

    def _act(self, act: str) -> None:
        if act == CANCEL:
            self.cancel()

    def _look(self, *events: object) -> None:
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
            self.say(job.message if job.state is JobState.FAILED else self._stopped, problem=True)
            if job.state is JobState.CANCELLED:
                self._after_stop()
