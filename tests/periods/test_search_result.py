"""The words of a period search."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine.periods import Candidate, Ephemeris, find_periods
from clara_engine.periods.search_result import PeriodSearch

SINGLE = Ephemeris(np.nan, 1330.5, 0.2)
DIPS = Ephemeris(3.5, 1326.0, 0.1)
WAVE = Ephemeris(6.25, 1326.0, np.nan)


@pytest.fixture
def quiet(star) -> PeriodSearch:
    return replace(find_periods(star(depth=0.0)), best=None, alternatives=(), behind=None)


def test_each_kind_of_answer_is_one_sentence(quiet):
    dips = Candidate("dips", DIPS, "7 events of 500 ppm")
    hidden = Candidate("dips", Ephemeris(1.25, 1326.0, 0.1), "9 events of 80 ppm; without the others")
    assert quiet.summary == "no period: neither dips nor a variation stand out of the noise"
    assert replace(quiet, best=dips).summary == "repeated dips every 3.5 d: 7 events of 500 ppm"
    assert replace(quiet, best=Candidate("variation", WAVE, "power 0.5")).summary == "variation every 6.25 d: power 0.5"
    assert replace(quiet, best=Candidate("single event", SINGLE, "one dip")).summary == "single event: one dip"
    both = replace(quiet, best=dips, behind=hidden).summary
    assert both.endswith("; behind that, perhaps dips every 1.25 d (9 events of 80 ppm)")


def test_what_was_left_out_is_listed_by_its_kind(quiet):
    twice = replace(DIPS, period_days=8.0)
    said = replace(quiet, without=(DIPS, WAVE, SINGLE, twice)).summary
    words = "without the events every 3.5 d and 8 d, the variation of 6.25 d, the single event at BTJD 1330.500"
    assert said.endswith(f", {words}")
