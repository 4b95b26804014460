"""A star with several light curves: one p-value that still covers, one rank."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.evaluate.one_a_star import one_a_star, sidak


def test_by_hand():
    table = one_a_star(["a", "b", "b", "c", "d"], [0.9, 0.8, 0.2, 0.8, np.nan], [0.01, 0.02, 0.9, 0.02, np.nan])
    assert table["star_rank"].tolist()[:4] == [1, 3, 3, 2]
    assert table["star_p_value"].tolist()[:4] == pytest.approx([0.01, 1 - 0.98**2, 1 - 0.98**2, 0.02])
    assert table["star_light_curves"].tolist() == [1, 2, 2, 1, 0]
    assert table["star_best"].tolist() == [True, True, False, True, False]
    assert np.isnan(table["star_rank"].iloc[4])


@pytest.mark.parametrize("alike", [0.0, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("sectors", [2, 13])
def test_the_p_value_of_a_quiet_star_covers(alike, sectors):
    """Light curves of a star share `alike` of their variance; independent ones are exact, others on the safe side."""
    from scipy.stats import norm

    rng = np.random.default_rng(10)
    star = rng.normal(0, np.sqrt(alike), (20_000, 1))
    p = norm.sf(star + rng.normal(0, np.sqrt(1 - alike), (20_000, sectors)))
    found = (sidak(p.min(axis=1), sectors) <= 0.05).mean()
    assert found <= 0.05 + 0.005
    if alike == 0:
        assert found == pytest.approx(0.05, abs=0.005)


@given(st.integers(0, 10_000))
def test_with_one_light_curve_a_star_the_rank_is_that_of_the_score(seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 10, 30) / 10
    table = one_a_star(np.arange(30), scores)
    assert table["star_rank"].tolist() == [1 + (scores > score).sum() for score in scores]
    assert table["star_p_value"].isna().all()
    nulls_of_few = np.where(scores > 0.5, 0.05, 0.5)  # p-values that don't tell the strangest apart
    again = one_a_star(np.arange(30), scores, nulls_of_few)
    assert again["star_rank"].tolist() == table["star_rank"].tolist()
