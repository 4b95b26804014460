"""A possibility: its score, and what speaks for and against it."""

import pytest

from clara_engine.periods import KINDS, Possibility, Statement
from clara_engine.studies.kinds import KIND


def test_the_score_is_the_sum_of_what_speaks_for_and_against():
    seen = Possibility("rotator", (Statement("a", 2.0), Statement("b", -0.5), Statement("c", 1.0)))
    assert seen.score == pytest.approx(2.5)
    assert [one.text for one in seen.pro] == ["a", "c"]
    assert [one.text for one in seen.contra] == ["b"]


def test_kinds_of_a_forest_are_named_as_the_forest_names_them():
    assert {name for names in KINDS.values() for name in names} == set(KIND.values())
