"""The time that a job still takes."""

import threading
import time


def test_time_left(queue):
    gate = threading.Event()
    reported = threading.Event()

    def work(report):
        report.stage("half")
        time.sleep(0.1)
        report(1, 2)
        reported.set()
        gate.wait(5)

    job = queue.submit("t", "half", work)
    assert reported.wait(5)
    left = queue.get(job.id).seconds_left
    gate.set()
    assert 0.05 < left < 2
