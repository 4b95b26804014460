"""The time that a job still takes."""

import threading
import time
from dataclasses import replace

from clara_engine.jobs.job import Job, Reporter
from clara_engine.progress import Step


def test_time_left(queue):
    gate = threading.Event()
    reported = threading.Event()

    def work(report):
        report.stage("half")
        time.sleep(0.1)
        report(1, 2)
        reported.set()
        gate.wait(60)

    begun = time.time()
    job = queue.submit("t", "half", work)
    assert reported.wait(60)
    left = queue.get(job.id).seconds_left
    gate.set()
    assert 0.05 < left <= time.time() - begun  # half is done, so as much is left as it took


def test_the_bar_of_counted_steps_is_of_all_that_are_done_here_and_never_goes_back():
    shares = []
    job = Job("t", "sweep")

    def update(**changed):
        nonlocal job
        job = replace(job, **changed)
        shares.append(job.fraction)

    report = Reporter(update, threading.Event())
    for number in (3, 4, 5, 6):  # the first two were there already
        step = Step(report, f"run {number} of 6", (number, 6))
        for stage in ("growing trees", "scoring"):
            step.stage(stage)
            step(1, 2)
    assert shares == [0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75]
    assert job.stage == "run 6 of 6: scoring"
    report.stage("measuring")
    report(1, 2)
    assert shares[-2:] == [0, 0.5]
