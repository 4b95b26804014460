"""Lines of the ranking: what is above them holds no more chance findings than they say."""

import numpy as np
import pytest

from clara_engine.evaluate.conformal import conformal_p
from clara_engine.evaluate.discoveries import lines, stars_needed


def test_by_hand():
    found = {line.level: line for line in lines([0.001, 0.008, 0.02, 0.9, np.nan, 0.5], 0.001)}
    assert [found[level].stars for level in (0.01, 0.05, 0.10, 0.50)] == [1, 3, 3, 3]
    assert found[0.01].needed == 1
    assert stars_needed(1000, 0.1, 1 / 101) == 100
    assert stars_needed(100, 0.1, 1 / 1001) == 1


@pytest.mark.parametrize(("null_stars", "copies"), [(200, 1), (200, 3), (600, 2)])
def test_false_discoveries_stay_at_the_level(null_stars, copies):
    """400 stars, 40 of them with a signal; p-values share one set of nulls."""
    rng = np.random.default_rng(9)
    false, power = {0.1: [], 0.2: []}, []
    for _ in range(200):
        scores = rng.normal(0, 1, 400)
        scores[:40] += 4
        host = rng.normal(0, 0.7, null_stars)[:, None]
        nulls = (host + rng.normal(0, np.sqrt(1 - 0.49), (null_stars, copies))).ravel()
        p = conformal_p(scores, nulls, null_stars=np.repeat(np.arange(null_stars), copies))
        order = np.argsort(p, kind="stable")
        for line in lines(p, 1 / (null_stars + 1)):
            if line.level in false:
                above = order[: line.stars]
                false[line.level].append((above >= 40).mean() if line.stars else 0.0)
                if line.level == 0.2:
                    power.append((above < 40).sum() / 40)
    for level, shares in false.items():
        assert np.mean(shares) <= level + 2 * np.std(shares) / np.sqrt(len(shares))
    assert np.mean(power) > 0.6


def test_no_line_where_the_nulls_are_too_few():
    p = np.r_[np.full(5, 1 / 21), np.linspace(0.1, 1, 95)]
    ten = next(line for line in lines(p, 1 / 21) if line.level == 0.1)
    assert ten.stars == 0
    assert ten.needed == 48
