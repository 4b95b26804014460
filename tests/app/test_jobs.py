"""What the page shows of jobs, and a job that a pane waits for."""

import threading
import time
from dataclasses import replace

import pandas as pd

from clara_app.background_job import BackgroundJob
from clara_app.hiding import is_shown
from clara_app.panes.jobs import JobsBar, JobsList, JobsPane, active_html, history_html
from clara_app.session import Session
from clara_engine.jobs import Job, JobState
from tests.app.conftest import Until


def test_the_jobs_pane_cancels_and_remembers(session: Session, until: Until) -> None:
    gates = [threading.Event() for _ in range(3)]

    def work(gate):
        def wait(report):
            report.stage("<i>waiting</i>")
            while not gate.wait(0.02):
                report(1, 4)

        return wait

    pane = JobsPane(session)
    jobs = [session.server.queue.submit("test", f"job {i} <b>", work(gate)) for i, gate in enumerate(gates)]
    until(session, lambda: "25%" in pane.active.object)
    assert "waiting, number 1 in the queue" in pane.active.object
    assert "&lt;i&gt;waiting" in pane.active.object
    pane.on_action(f"cancel:{jobs[2].id}")
    until(session, lambda: "cancelled before it began" in pane.history.object)
    for gate in gates:
        gate.set()
    until(session, lambda: "Nothing is being computed" in pane.active.object)
    assert pane.history.object.count("job ") >= 3
    other = Session(session.server)
    assert JobsPane(other).history.object.count("&lt;b&gt;") == 3  # shared by all sessions
    unseen = JobsPane(session, lambda: False)
    assert unseen.active.object == ""


def test_the_history_tells_failures_folds_details_and_names_what_was_lost() -> None:
    base = {"kind": "train", "stage": "growing", "created": 1e9, "started": 1e9, "finished": 1e9 + 65, "log": ""}
    base["author"] = "ada"
    log = pd.DataFrame(
        [
            {**base, "job_id": "a", "title": "<b>", "state": "failed", "message": "no <i>light", "log": "Trace<back>"},
            {**base, "job_id": "b", "title": "lost", "state": "running", "message": "", "finished": None},
            {**base, "job_id": "c", "title": "mine", "state": "running", "message": ""},
        ]
    )
    words = history_html(log, {"c"})
    assert "&lt;b&gt;" in words
    assert "no &lt;i&gt;light" in words
    assert "<details>" in words
    assert "Trace&lt;back&gt;" in words
    assert "1:05" in words
    assert "its server has stopped" in words
    assert "mine" not in words
    assert "No job has ended" in history_html(log.iloc[:0])
    assert "Nothing is being computed" in active_html([Job("train", "x", state=JobState.DONE)])


def test_the_jobs_dialog_shows_jobs_while_it_is_open(session: Session) -> None:
    dialog = JobsList(session)
    assert dialog.pane is None
    dialog.dialog.open = True
    assert "Nothing is being computed" in dialog.pane.active.object
    assert JobsBar(session).head is None


def test_progress_of_a_job_changes_its_line_and_builds_nothing_anew(session: Session) -> None:
    bar = JobsBar(session)
    box = bar.__panel__()
    assert not is_shown(box)
    job = Job("train", "x", state=JobState.RUNNING, started=time.time() - 60)
    session.jobs = [replace(job, fraction=0.25)]
    parts: list[object] = []
    box.param.watch(parts.append, ["objects", "visible"])
    before = bar.line.object
    session.jobs = [replace(job, fraction=0.5)]
    assert is_shown(box)
    assert (parts, "50" in bar.line.object, bar.line.object != before) == ([], True, True)
    session.jobs = []
    assert not is_shown(box)


def test_an_errand_is_shared_and_tells_how_it_ended(session: Session, until: Until) -> None:
    results: list[object] = []
    one, two = BackgroundJob(session, results.append), BackgroundJob(session, results.append)
    gate = threading.Event()
    for job in (one, two):
        job.start("test", "same", lambda report: gate.wait(120), share=True)
    gate.set()
    until(session, lambda: len(results) == 2)
    assert len(session.jobs) == 1
    one.start("test", "bad", lambda report: [][1])
    until(session, lambda: not one.busy)
    assert "IndexError" in one.line.object
    assert "Traceback" not in one.line.object
