"""A queue of jobs."""

import pytest

from clara_engine.jobs import JobQueue


@pytest.fixture
def queue():
    """A queue that remembers what it recorded, in `seen`."""
    seen = []
    queue = JobQueue(record=seen.append)
    queue.seen = seen
    yield queue
    queue.close()
