"""The published objective, each term against a formula written another way."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import DesignError, FeatureError
from clara_engine.evaluate.objective import OBJECTIVES, PUBLISHED, RECALL_AUC_CHANCE, importance, ranked, terms

SCORES = np.linspace(1, 0.05, 20)  # twenty targets, no ties, strangest first


def some(*places):
    mask = np.zeros(20, bool)
    mask[list(places)] = True
    return mask


def test_areas_of_perfect_worst_and_blind_rankings():
    assert terms(SCORES, some(0)).recall_auc == pytest.approx(0.95)
    assert terms(SCORES, some(19)).recall_auc == pytest.approx(0.05 / 2)
    assert terms(np.full(20, 0.3), some(3, 8)).recall_auc == pytest.approx(RECALL_AUC_CHANCE)
    everyone = np.mean([terms(SCORES, some(place)).recall_auc for place in range(20)])
    assert everyone == pytest.approx(RECALL_AUC_CHANCE)


def test_flags_and_importance():
    weight = np.zeros(20)
    weight[[1, 3, 10]] = 0.2, 1.0, 0.5
    found = terms(np.where(SCORES > 0.52, SCORES, 0), some(1, 3, 10), weight)
    assert (found.recall, found.anomaly_rate) == (pytest.approx(2 / 3), 0.5)
    assert found.excess == pytest.approx(found.recall - found.anomaly_rate)
    assert found.importance_top_20 == pytest.approx((0.2 + 1.0) / 2)
    assert found.t10 == pytest.approx((3 + 0.5) / 20)
    # 1.2 of 1.7 from the top 20 % on, .2 from 10 %; the third star lies among ten that tie.
    by_hand = [0, 0.2, 0.2, *[1.2] * 7, *(1.2 + 0.5 * tied / 10 for tied in range(1, 11))]
    assert found.importance_auc == pytest.approx(np.trapezoid(np.array(by_hand) / 1.7, dx=0.05))


def test_without_importance_every_target_counts_alike():
    found = terms(SCORES, some(0, 5, 9))
    assert found.importance_auc == pytest.approx(found.recall_auc)
    assert terms(SCORES, some(0, 5, 9), np.zeros(20)) == found
    assert terms(SCORES, some(0, 5, 9), np.full(20, np.nan)) == found


def test_importance_is_scaled_and_unknown_is_zero():
    got = importance([10, 20, np.nan, 5], [100, 200, 300, 1], [2, 1, 1, 4])
    np.testing.assert_allclose(got, (np.array([2000, 4000, 20, 20]) - 20) / 3980)


candidates = st.lists(st.tuples(*[st.floats(0, 1)] * 7), min_size=2, max_size=12)
NAMES = ["recall", "anomaly_rate", "excess", "recall_auc", "importance_auc", "importance_top_20", "t10"]


@given(candidates, st.floats(0, 1), st.sampled_from(sorted(OBJECTIVES)))
def test_parts_add_up_and_stay_within_their_weights(rows, alpha, kind):
    table = pd.DataFrame(rows, columns=NAMES).assign(name=range(len(rows)))
    table = table.assign(**{f"{PUBLISHED}{name}": table[name] for name in NAMES})
    got = ranked(table, alpha, kind)
    parts = [name for name in got if name.endswith("_part")]
    np.testing.assert_allclose(got["objective"], got[parts].sum(axis=1), atol=1e-12)
    assert got["objective"].is_monotonic_decreasing
    assert got["objective"].between(-1e-9, 1 + 1e-9).all()
    assert sorted(got["name"]) == list(range(len(rows)))


def test_objective_is_the_published_one():
    table = pd.DataFrame(
        [[0.5, 0.2, 0.3, 0.6, 0.5, 0.1, 0.4], [0.7, 0.6, 0.1, 0.7, 0.4, 0.3, 0.2], [0.6, 0.3, 0.3, 0.5, 0.6, 0.2, 0.9]],
        columns=NAMES,
    )
    scaled = (table - table.min()) / (table.max() - table.min())
    first = 0.5 * scaled["recall"] + 0.2 * (1 - scaled["anomaly_rate"]) + 0.3 * scaled["excess"]
    second = 0.5 * scaled["importance_top_20"] + 0.5 * (1 - scaled["t10"])
    expected = np.sort(0.3 * first + 0.7 * second)[::-1]
    np.testing.assert_allclose(ranked(table, 0.3)["objective"], expected)
    simple = np.sort(0.9 * scaled["recall_auc"] + 0.1 * scaled["importance_auc"])[::-1]
    np.testing.assert_allclose(ranked(table, 0.9, "auc")["objective"], simple)


def test_refusals():
    with pytest.raises(DesignError, match=r"alpha = 1\.2 is out of range: 0 to 1"):
        ranked(pd.DataFrame(), 1.2)
    with pytest.raises(FeatureError, match="no target carries the label"):
        terms(SCORES, some())
