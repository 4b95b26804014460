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
        gate.wait(60)

    begun = time.time()
    job = queue.submit("t", "half", work)
    assert reported.wait(60)
    left = queue.get(job.id).seconds_left
    gate.set()
    assert 0.05 < left <= time.time() - begun  # half is done, so as much is left as it took
