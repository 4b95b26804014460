"""P-values that mean what they say: against a count by hand, and their coverage by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import FeatureError
from clara_engine.evaluate.conformal import conformal_p, conformal_p_by_class, null_cut, smallest_p, thirds


def quiet_and_nulls(rng, tested, stars, copies, alike):
    """Scores of quiet stars, and of nulls that share `alike` of their variance with the others of their star."""
    host = rng.normal(0, np.sqrt(alike), stars)[:, None]
    nulls = host + rng.normal(0, np.sqrt(1 - alike), (stars, copies))
    return rng.normal(0, 1, tested), nulls.ravel(), np.repeat(np.arange(stars), copies)


@given(st.integers(0, 10_000))
def test_every_null_of_its_own_star_is_a_plain_rank(seed):
    rng = np.random.default_rng(seed)
    scores, nulls = rng.integers(0, 8, 20) / 8, rng.integers(0, 8, 30) / 8
    expected = [(1 + (nulls >= score).sum()) / 31 for score in scores]
    assert conformal_p(scores, nulls) == pytest.approx(expected)


def test_a_star_counts_once():
    owner = ["a", "a", "b", "b"]
    p = conformal_p([0.75, np.nan], [0.9, 0.1, 0.8, 0.7], null_stars=owner)
    assert p[0] == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert np.isnan(p[1])
    assert smallest_p(owner) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("stars", "copies", "alike"), [(40, 1, 0.0), (40, 2, 0.9), (40, 6, 0.5)])
def test_p_values_of_the_stars_that_made_the_nulls_cover(stars, copies, alike):
    rng = np.random.default_rng(11)
    found = []
    for _ in range(400):
        host = rng.normal(0, np.sqrt(alike), stars)
        every = host[:, None] + rng.normal(0, np.sqrt(1 - alike), (stars, copies + 1))
        found.append(conformal_p(every[:, 0], every[:, 1:].ravel(), null_stars=np.repeat(np.arange(stars), copies)))
    for level in (0.05, 0.1, 0.3):
        assert (np.array(found) <= level).mean() <= level + 0.005


@pytest.mark.parametrize(("stars", "copies", "alike"), [(99, 1, 0.0), (99, 4, 0.5), (60, 6, 0.95), (300, 2, 0.8)])
def test_p_values_of_quiet_stars_cover(stars, copies, alike):
    """Below .05 for a twentieth of the quiet stars, or less; below .01 for a hundredth."""
    rng = np.random.default_rng(6)
    p = np.concatenate(
        [
            conformal_p(scores, nulls, null_stars=owner)
            for scores, nulls, owner in (quiet_and_nulls(rng, 20, stars, copies, alike) for _ in range(300))
        ]
    )
    for level in (0.01, 0.05, 0.2):
        error = 3 * np.sqrt(level / 300)  # the twenty of one draw share their nulls
        assert (p <= level).mean() <= level + error / np.sqrt(20) + error / 4
    assert (p <= 0.2).mean() > 0.15
    assert (p > 0).all()


def test_counting_every_copy_as_a_star_would_not_cover():
    rng = np.random.default_rng(7)
    p = np.concatenate(
        [
            conformal_p(scores, nulls)
            for scores, nulls, _ in (quiet_and_nulls(rng, 20, 20, 10, 0.99) for _ in range(400))
        ]
    )
    assert (p <= 0.01).mean() > 0.02


def test_signals_are_found():
    rng = np.random.default_rng(8)
    scores, nulls, owner = quiet_and_nulls(rng, 10, 400, 2, 0.5)
    assert (conformal_p(scores + 5, nulls, null_stars=owner) <= 0.01).all()


@given(st.integers(0, 10_000), st.sampled_from([0.01, 0.05, 0.3]))
def test_the_cut_leaves_that_share_of_the_stars_above(seed, share):
    rng = np.random.default_rng(seed)
    owner = rng.integers(0, 15, 60)
    nulls = rng.integers(0, 30, 60) / 30
    cut = null_cut(nulls, share, null_stars=owner)

    def above(score):
        return np.mean([(nulls[owner == star] > score).mean() for star in np.unique(owner)])

    assert above(cut) <= share + 1e-9
    lower = nulls[nulls < cut]
    assert not lower.size or above(lower.max()) > share


@pytest.mark.parametrize("nulls", [[], [np.nan]])
def test_without_nulls_there_is_no_p_value(nulls):
    with pytest.raises(FeatureError, match="null light curve"):
        conformal_p([0.5], nulls)


def test_within_each_class_p_values_hold_where_pooled_ones_do_not():
    rng = np.random.default_rng(9)
    kinds, null_kinds = rng.integers(0, 2, 4000), rng.integers(0, 2, 600)
    scores, nulls = rng.normal(2 * kinds), rng.normal(2 * null_kinds)
    pooled = conformal_p(scores, nulls)
    p = conformal_p_by_class(scores, nulls, kinds, null_kinds, null_stars=np.arange(600))
    for kind in (0, 1):
        alone = conformal_p(scores[kinds == kind], nulls[null_kinds == kind])
        assert np.array_equal(p[kinds == kind], alone)
        assert (p[kinds == kind] <= 0.05).mean() == pytest.approx(0.05, abs=0.03)
    assert (pooled[kinds == 1] <= 0.05).mean() > 0.08


def test_thirds_are_of_the_nulls_and_need_stars():
    rng = np.random.default_rng(10)
    values, nulls = rng.normal(size=50), rng.normal(size=90)
    mine, theirs = thirds(values, nulls, null_stars=np.arange(90), least=30)
    assert np.bincount(theirs).tolist() == [30, 30, 30]
    assert all(nulls[theirs == third].max() < nulls[theirs == third + 1].min() for third in (0, 1))
    assert ((values > nulls[theirs == 0].max()) == (mine > 0)).all()
    one, other = thirds(values, nulls, null_stars=np.arange(90), least=31)
    assert not one.any()
    assert not other.any()
