"""The page is made of what was measured, and decides by the numbers."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.results.aims import aims
from clara_engine.results.goals import TARGETS, decided
from clara_engine.results.markdown import interval, number, span, table
from clara_engine.results.results_page import page
from clara_engine.results.study import plain

share = st.floats(0, 1)


@given(share, share, share, share)
def test_decisions_follow_the_numbers(value, one, other, goal):
    low, high = sorted([one, other])
    at_least = decided(value, low, high, least=goal)
    assert (at_least == "reached") == (value >= goal)
    assert (at_least == "not reached") == (value < goal and high < goal)
    assert decided(-value, -high, -low, most=-goal) == at_least


@pytest.fixture
def facts(measured):
    cell = {f"{name}{end}": 0.5 for name in ("auc", "recall_1", "recall_5") for end in ("", "_low", "_high")}
    ours, theirs = (
        {"event": "planets", "peer": name, "seconds": 0.1, "curves": 20, **cell} for name in ("CLARA", "TLS")
    )
    about = [{"peer": "TLS", "ranks_by": "SDE", "package": "transitleastsquares", "version": "1.32", "absent": ""}]
    return plain(
        {
            "command": "clara results curves",
            "versions": {"numpy": "2.0"},
            "samples": {"real": measured},
            "peers": {"cells": [ours, theirs | {"auc": 0.75}], "peers": about, "measured": 20, "seeds": 3},
            "published": {"stars_1": 10, "stars_2": 20, "common": 5, "spearman": 0.75},
        }
    )


@pytest.mark.heavy
def test_every_section(facts):
    text = page(facts)
    for title in (
        "What was aimed at",
        "The steering matrix, real stars",
        "Where the ceiling is",
        "Every star scored fairly",
        "What kind of star it is",
        "Peers on the same",
        "Published scores",
    ):
        assert f"## {title}" in text
    assert "nan" not in text
    assert "None" not in text
    assert "- planets, ROC-AUC: TLS, .750 against .500; the intervals overlap." in text
    assert "transitleastsquares 1.32" in text


def test_what_a_peer_is_ahead_by(facts):
    theirs = facts["peers"]["cells"][1]
    theirs |= {"peer": "gradient boosting", "recall_5": 0.6, "recall_5_low": 0.55}
    text = page(facts)
    assert (
        "- planets, recall at 5 %: gradient boosting, .600 against .500, 2 of 20 light curves; it reads the same"
        in text
    )
    assert "Everywhere else CLARA is ahead or level." in text


def test_a_figure_is_reached_when_its_number_says_so(facts):
    cell = next(one for one in facts["samples"]["real"]["detected"] if one["contrast"] == one["event"] == "planets")
    for value, decision in ((TARGETS["planets"].auc, "reached"), (0.9, "not reached")):
        cell |= {"auc": value, "auc_low": value - 0.01, "auc_high": value + 0.001}
        aim = aims(facts["samples"])[0]
        assert (aim.event, aim.decision) == ("planets", decision)
        row = next(line for line in page(facts).splitlines() if line.startswith("| planets | ROC-AUC, signal"))
        assert row.split("|")[-2].strip().strip("*") == decision
    assert "**Planets, real stars**" in page(facts)  # why
    ceiling = facts["samples"]["real"]["events"]["planets"]["ceiling"]
    above = [{"star": "TIC 7", "share": 0.5}]
    ceiling |= {"lost": 0.01, "without costly": {"auc": 0.9, "lost": 0.001}, "above cut": above}
    ceiling["without seen"] = {"stars": {"TIC 5": "a rise, once"}, "auc": 0.75, "recall": 0.5}
    text = page(facts)
    assert "if all were alike; without them: ROC-AUC .900, lost to the other generator .001." in text
    assert "| TIC 5 | a rise, once |" in text
    assert "that no table knows: ROC-AUC .750, recall at the nulls' cut .500." in text
    assert "reach the cut of the nulls are most often of TIC 7 (50 %)." in text


def test_the_cut_is_of_quiet_stars_where_they_are_many(facts):
    many = copy.deepcopy(facts)
    many["samples"]["real"]["sample"]["least_measured_stars"] = 520
    assert any("520 quiet stars" in aim.figure for aim in aims(many["samples"]))
    assert any("null light curves" in aim.figure for aim in aims(facts["samples"]))


def test_numbers_as_text():
    found = (number(0.9612), number(1.0), number(-0.0001), number(-0.25, 2), number(None))
    assert found == (".961", "1.000", ".000", "−.25", "–")
    assert interval({"auc": 0.5, "auc_low": 0.25, "auc_high": 0.75}, "auc") == ".500 (.250–.750)"
    assert (span(7, 10), span(30, None), span(1200, 5000.4)) == ("7–10", "30 up", "1,200–5,000")
    assert table([{"a": 1, "b": 2}, {"a": 3}]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 |  |"
