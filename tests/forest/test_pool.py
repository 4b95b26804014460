"""Threads: results in order, progress, and what ends the work."""

import threading

import pytest

from clara_engine.errors import Cancelled
from clara_engine.forest.pool import thread_count, threaded


def test_results_come_in_the_order_of_their_items():
    assert list(threaded(lambda item: item**2, range(50), 3)) == [item**2 for item in range(50)]


def test_progress_counts_what_is_done():
    seen = []
    list(threaded(lambda item: item, range(5), 2, total=5, progress=lambda *at: seen.append(at)))
    assert [at for at in dict.fromkeys(seen) if at[0]] == [(done, 5) for done in range(1, 6)]


def test_what_progress_raises_stops_the_work():
    stopped = threading.Event()

    def progress(done, total):
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(threaded(lambda item: item, range(1000), 2, progress=progress, on_stop=stopped.set))
    assert stopped.is_set()


def test_what_a_task_raises_comes_through():
    with pytest.raises(ZeroDivisionError):
        list(threaded(lambda item: 1 / item, [1, 0], 1))


def test_threads_by_the_words_of_scikit_learn():
    assert thread_count(None) == 1
    assert thread_count(3) == 3
    assert thread_count(-1) >= 1
    assert thread_count(-1000) == 1
