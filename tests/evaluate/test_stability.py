import numpy as np
import pytest

from clara_engine.evaluate.stability import stability


def test_a_star_that_stays_and_one_that_moves():
    draws, stars = 40, 200
    rng = np.random.default_rng(0)
    ranks = np.array([np.r_[1, rng.permutation(np.arange(2, stars + 1))] for _ in range(draws)])
    table = stability(ranks)
    assert table.loc[0, ["rank_median", "rank_low", "rank_high", "top_chance"]].tolist() == [1, 1, 1, 1]
    assert 0.9 < table.loc[0, "top_low"] < table.loc[0, "top_high"] == pytest.approx(1)
    moved = table.iloc[1:]
    assert moved["rank_high"].median() > 180
    assert moved["rank_low"].median() < 20
    assert moved["top_chance"].mean() == pytest.approx(1 / 199)
    assert (moved["top_low"] <= moved["top_chance"]).all()
