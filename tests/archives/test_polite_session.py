"""Every way in which an archive can fail ends in one line that names it and what to do."""

import time

import pytest

from clara_engine.archives.polite_session import PoliteSession, explained
from clara_engine.errors import ArchiveError, Cancelled
from tests.stand_in import Reply, StandIn


def ask(archive, path="/thing"):
    with PoliteSession(archive) as session, explained(archive):
        response = session.get(archive.address + path)
        response.raise_for_status()
        return response


@pytest.fixture
def archive(services):
    return services["mast"]


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply(status=500), r"MAST is out of order \(HTTP 500\)"),
        (Reply(status=503), r"MAST is out of order \(HTTP 503\): try again later"),
        (Reply(status=429), r"MAST asks for fewer requests \(HTTP 429\): wait"),
        (Reply(status=404), r"MAST has nothing at /thing \(HTTP 404\)"),
        (Reply(status=403), r"MAST refused the request \(HTTP 403\)"),
        (Reply(b"x" * 1000, cut=10), "MAST broke off in the middle of its answer"),
    ],
)
def test_wrong_answers(stand_in, archive, reply, line):
    stand_in.routes["/thing"] = reply
    with pytest.raises(ArchiveError, match=line) as failed:
        ask(archive)
    assert "\n" not in str(failed.value)


def test_silence_ends_in_time(stand_in, archive):
    stand_in.routes["/thing"] = Reply(b"late", wait_s=60)
    impatient = archive.model_copy(update={"timeout_s": 0.2, "retries": 0})
    start = time.monotonic()
    with pytest.raises(ArchiveError, match=r"MAST did not answer within 0\.2 s"):
        ask(impatient)
    assert time.monotonic() - start < 15


def test_nobody_there(archive):
    server = StandIn()
    gone = archive.model_copy(update={"address": server.address})
    server.close()
    with pytest.raises(ArchiveError, match=r"MAST can't be reached at 127\.0\.0\.1:\d+: check the network"):
        ask(gone)


def test_what_may_go_better_is_tried_again(stand_in, archive):
    answers = iter([Reply(status=503), Reply(status=429, headers={"Retry-After": "0"}), Reply(b"there")])
    stand_in.routes["/thing"] = lambda asked: next(answers)
    assert ask(archive).content == b"there"
    assert len(stand_in.asked) == 3


def test_retry_after_is_obeyed(stand_in, archive):
    answers = iter([Reply(status=429, headers={"Retry-After": "1"}), Reply(b"there")])
    stand_in.routes["/thing"] = lambda asked: next(answers)
    start = time.monotonic()
    ask(archive)
    assert time.monotonic() - start >= 1


def test_what_is_not_there_is_not_asked_for_again(stand_in, archive):
    with pytest.raises(ArchiveError):
        ask(archive)
    assert len(stand_in.asked) == 1


def test_the_pace_is_kept(stand_in, archive):
    stand_in.routes["/thing"] = Reply(b"there")
    slow = archive.model_copy(update={"interval_s": 0.1})
    start = time.monotonic()
    with PoliteSession(slow) as session:
        for _ in range(4):
            session.get(slow.address + "/thing")
    assert time.monotonic() - start >= 0.3
    assert stand_in.asked[0].headers["User-Agent"].startswith("clara/")


def test_errors_that_are_not_the_archive_s_pass_through(archive):
    for error in (Cancelled("stopped"), OSError(28, "No space left on device")):
        with pytest.raises(type(error)) as passed, explained(archive):
            raise error
        assert passed.value is error
