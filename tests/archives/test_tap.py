"""Queries to TAP services: lists in ADQL, refusals, and answers that were cut short."""

import pandas as pd
import pytest

from clara_engine.archives.tap import ask_tap, in_list
from clara_engine.errors import ArchiveError
from tests.archives.answers import votable
from tests.stand_in import Reply


def test_a_refused_query_says_why(stand_in, services):
    body = (
        b'<?xml version="1.0"?><VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">'
        b'<RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">no table toi</INFO></RESOURCE></VOTABLE>'
    )
    stand_in.routes["/nasa/sync"] = Reply(body, kind="application/x-votable+xml")
    with pytest.raises(ArchiveError, match="the NASA Exoplanet Archive refused the question: no table toi"):
        ask_tap(services["nasa-exoplanet-archive"], "SELECT * FROM toi")


def test_an_answer_that_was_cut_short_is_refused(stand_in, services):
    stand_in.routes["/nasa/sync"] = votable(pd.DataFrame({"tid": [1, 2]}), status="OVERFLOW")
    with pytest.raises(ArchiveError, match="cut short"):
        ask_tap(services["nasa-exoplanet-archive"], "SELECT * FROM toi")


def test_lists_in_adql():
    assert in_list([1, 2]) == "(1, 2)"
    assert in_list(["TIC 1", "O'Neill"]) == "('TIC 1', 'O''Neill')"
