"""Answers that are too large or too slow are refused while they come."""

import gzip
import time

import pandas as pd
import pytest

from clara_engine.archives import bounded, polite_session
from clara_engine.archives.polite_session import PoliteSession, explained
from clara_engine.archives.tap import ask_tap
from clara_engine.errors import ArchiveError
from tests.archives.answers import votable
from tests.stand_in import Reply


def asked(archive, path="/thing", **how):
    with PoliteSession(archive, **how) as session, explained(archive):
        return session.get(archive.address + path).content


def packed(body):
    return Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("reply", [Reply, packed], ids=["plain", "packed"])
def test_small_answers_come_whole(stand_in, services, reply):
    stand_in.routes["/thing"] = reply(b"0123456789" * 50_000)
    assert asked(services["mast"]) == b"0123456789" * 50_000


@pytest.mark.parametrize("reply", [Reply, packed], ids=["plain", "packed"])
def test_no_answer_fills_the_memory(stand_in, services, monkeypatch, reply):
    monkeypatch.setattr(polite_session, "MOST_BYTES", 100_000)
    stand_in.routes["/thing"] = reply(bytes(5_000_000))
    with pytest.raises(ArchiveError, match="MAST sent more than 0 MB, too much for an answer"):
        asked(services["mast"])
    assert len(asked(services["mast"], files=True)) == 5_000_000


def test_what_drips_ends(stand_in, services):
    stand_in.routes["/thing"] = Reply(b"x" * 4000, drip_s=0.02)
    patient = services["mast"].model_copy(update={"timeout_s": 0.1, "retries": 0})
    start = time.monotonic()
    with pytest.raises(ArchiveError, match="MAST did not end its answer within 1 s"):
        asked(patient)
    assert time.monotonic() - start < 20


def test_tables_of_services_are_bounded(stand_in, services, monkeypatch):
    table = pd.DataFrame({"n": range(5000)})
    stand_in.routes["/gaia/sync"] = votable(table)
    assert ask_tap(services["gaia"], "SELECT n FROM t")["n"].tolist() == table["n"].tolist()
    monkeypatch.setattr(polite_session, "MOST_BYTES", 20_000)
    with pytest.raises(ArchiveError, match="too much for an answer"):
        ask_tap(services["gaia"], "SELECT n FROM t")
    assert bounded.MOST_BYTES > 20_000
