"""Whether a measure reaches its target, with its interval."""

import pytest

from clara_engine.results.goals import CLOSE, MISSED, REACHED, decided


@pytest.mark.parametrize(
    ("value", "low", "high", "word"), [(0.95, 0.9, 0.97, REACHED), (0.88, 0.85, 0.91, CLOSE), (0.8, 0.7, 0.85, MISSED)]
)
def test_at_least(value, low, high, word):
    assert decided(value, low, high, least=0.9) == word
    assert decided(-value, -high, -low, most=-0.9) == word


def test_without_a_target_there_is_nothing_to_reach():
    assert decided(0.5, 0.4, 0.6) == ""
