"""Every way in which an archive can fail ends in one line that names it and what to do."""

import time

import numpy as np
import pandas as pd
import pytest

from clara_engine.archives import polite_session
from clara_engine.archives.gaia import gaia_around, gaia_stars
from clara_engine.archives.gaia_variables import gaia_variables
from clara_engine.archives.polite_session import PoliteSession, explained
from clara_engine.archives.simbad import simbad_types
from clara_engine.archives.tess_ebs import vizier_ebs
from clara_engine.archives.vsx import vizier_vsx
from clara_engine.errors import ArchiveError, Cancelled
from tests.archives.answers import votable
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


@pytest.mark.parametrize("where", ["http://localhost:{port}/there", "http://127.0.0.1:1/there", "//example.org/there"])
def test_no_other_host_is_asked(stand_in, archive, where):
    port = archive.address.rsplit(":", 1)[1]
    stand_in.routes["/thing"] = Reply(status=302, headers={"Location": where.format(port=port)})
    stand_in.routes["/there"] = Reply(b"secret")
    with pytest.raises(ArchiveError, match=r"MAST at .* sends to another host, .*, which is not asked"):
        ask(archive)
    assert [asked.path for asked in stand_in.asked] == ["/thing"]


def test_another_place_of_thesame_host_is_followed(stand_in, archive):
    stand_in.routes["/thing"] = Reply(status=302, headers={"Location": "/there"})
    stand_in.routes["/there"] = Reply(b"found")
    assert ask(archive).content == b"found"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.org/x", "https://a.org/y", True),
        ("https://a.org/x", "https://a.org:443/x", True),
        ("https://a.org/x", "http://a.org/x", False),
        ("https://a.org/x", "https://b.a.org/x", False),
        ("https://a.org/x", "https://a.org:8443/x", False),
        ("https://a.org/x", "file:///etc/passwd", False),
    ],
)
def test_what_another_host_is(one, other, same):
    assert polite_session.same_host(one, other) is same


STARS = pd.DataFrame(
    {"gaia_dr2": ["22", ""], "ra": [1.0, 2.0], "dec": [3.0, 4.0], "pmra": [0.0, 0.0], "pmdec": [0.0, 0.0]},
    index=pd.Index([7, 8], name="tic"),
)
ASKED = {
    "gaia": lambda archive: gaia_stars(archive, STARS),
    "gaia around": lambda archive: gaia_around(archive, 10.0, -20.0),
    "gaia variables": lambda archive: gaia_variables(archive, pd.Series(["5"], index=pd.Index([7], name="tic"))),
    "simbad": lambda archive: simbad_types(archive, [7]),
    "vizier": lambda archive: vizier_vsx(archive, STARS),
    "vizier ebs": vizier_ebs,
}
WRONG = {
    "no columns of ours": {"colour": ["red"]},
    "words for numbers": {
        name: ["word"] for name in ("source_id", "dr2_source_id", "tic", "tic_name", "TIC", "Per", "Name", "RAJ2000")
    },
    "nothing": {"source_id": [np.nan], "dr2_source_id": [np.nan], "tic": [np.nan], "tic_name": [""], "TIC": [np.nan]},
}


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize("wrong", WRONG)
def test_answers_of_another_form_are_one_line(stand_in, services, what, wrong):
    service = what.split(maxsplit=1)[0]
    stand_in.routes[f"/{service}/sync"] = votable(pd.DataFrame(WRONG[wrong]))
    if (wrong, what) == ("words for numbers", "vizier ebs"):
        assert ASKED[what](services[service]).empty  # rows of no star are left out
        return
    with pytest.raises(ArchiveError) as failed:
        ASKED[what](services[service])
    assert "\n" not in str(failed.value)
