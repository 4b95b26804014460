"""Cells, splits, intervals and recovery, against independent formulas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from sklearn.metrics import roc_auc_score

from clara_engine.errors import DesignError
from clara_engine.evaluate.matrix_cells import _quantiles, cell, over_stars, split_stars
from clara_engine.evaluate.recovery import recovery


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.lists(st.integers(0, 20), min_size=1, max_size=40))
def test_auc_is_that_of_scikit_learn_ties_included(injected, quiet):
    found = cell(np.array(injected, float), np.array(quiet, float))
    expected = roc_auc_score([1] * len(injected) + [0] * len(quiet), injected + quiet)
    assert found["auc"] == pytest.approx(expected)


def test_recall_is_the_share_above_the_top_of_the_untouched():
    quiet = np.arange(100.0)
    found = cell(np.array([98.5, 99.5, 95.0, 10.0]), quiet)
    assert found["recall_1"] == 0.5
    assert found["recall_5"] == 0.75


@given(st.integers(12, 300), st.integers(0, 50), st.data())
def test_no_star_is_in_two_parts_and_eventful_ones_are_not_measured(count, seed, data):
    ids = [str(number) for number in range(count)]
    eventful = set(data.draw(st.lists(st.sampled_from(ids), max_size=count - 12)))
    split = split_stars(ids, seed, eventful=eventful)
    assert not set(split.training) & set(split.measured)
    assert set(split.training) | set(split.measured) == set(ids)
    assert not set(split.measured) & eventful
    assert split == split_stars(ids, seed, eventful=eventful)
    with pytest.raises(DesignError, match="too few"):
        split_stars(ids[:11], seed)
    stars = {target_id: target_id[-1] for target_id in ids}  # several light curves a star
    if len({stars[target_id] for target_id in ids if target_id not in eventful}) > 3:
        whole = split_stars(ids, seed, eventful=eventful, stars=stars)
        assert not {stars[id] for id in whole.training} & {stars[id] for id in whole.measured}
        assert not set(whole.measured) & eventful


def measured(rng, stars, copies, seeds, shift):
    """Injected and untouched scores of the same stars by several forests; stars differ, also in what they hide."""
    host, hidden = rng.normal(0, 1, stars), rng.normal(0, 1, stars)
    plain, made = [], []
    for seed in range(seeds):
        still = host + rng.normal(0, 0.5, stars)
        plain.append(pd.DataFrame({"contrast": "a", "seed": seed, "star": np.arange(stars), "score": still}))
        star = np.repeat(np.arange(stars), copies)
        score = (host + hidden + shift)[star] + rng.normal(0, 0.7, star.size)
        made.append(pd.DataFrame({"contrast": "a", "event": "e", "seed": seed, "star": star, "score": score}))
    return pd.concat(made, ignore_index=True), pd.concat(plain, ignore_index=True)


def test_the_mean_over_seeds_is_that_of_the_cells():
    injected, untouched = measured(np.random.default_rng(0), 30, 4, 3, 2.0)
    (row,) = over_stars(injected, untouched, ["contrast", "event"]).to_dict("records")
    cells = [
        cell(injected.loc[injected["seed"] == seed, "score"].to_numpy(), still["score"].to_numpy())
        for seed, still in untouched.groupby("seed")
    ]
    for name in ("auc", "recall_1", "recall_5"):
        assert row[name] == pytest.approx(np.mean([found[name] for found in cells]))
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]
    assert (row["seeds"], row["stars"]) == (3, 30)
    assert row["matched_auc"] > row["auc"]


@pytest.mark.heavy
def test_intervals_over_stars_cover_the_truth_and_those_over_seeds_do_not():
    """Five seeds that measure the same 40 stars: the stars are the sample, and the seeds tell nothing of it."""
    rng = np.random.default_rng(1)
    injected, untouched = measured(rng, 40_000, 1, 1, 2.0)
    truth = over_stars(injected, untouched, ["contrast", "event"], draws=2).iloc[0]
    inside = dict.fromkeys(("auc", "matched_auc", "recall_5"), 0)
    by_seeds = 0
    for _ in range(150):
        injected, untouched = measured(rng, 40, 3, 5, 2.0)
        row = over_stars(injected, untouched, ["contrast", "event"], draws=150).iloc[0]
        for name in inside:
            inside[name] += row[f"{name}_low"] <= truth[name] <= row[f"{name}_high"]
        still = {seed: part["score"].to_numpy() for seed, part in untouched.groupby("seed")}
        rows = [
            {"contrast": "a", "seed": seed, **cell(part["score"].to_numpy(), still[seed])}
            for seed, part in injected.groupby("seed")
        ]
        areas = [row["auc"] for row in rows]
        low, high = student.interval(0.95, 4, np.mean(areas), np.std(areas, ddof=1) / np.sqrt(5))
        by_seeds += low <= truth["auc"] <= high
    assert all(count / 150 >= 0.90 for count in inside.values()), inside
    assert by_seeds / 150 < 0.75


def test_quantiles_of_draws_are_numpys():
    rng = np.random.default_rng(2)
    values, times = rng.normal(0, 1, 23), rng.multinomial(23, np.full(23, 1 / 23), size=40).astype(np.int32)
    for share in (0.99, 0.95, 0.5):
        expected = [np.quantile(np.repeat(values, count), share) for count in times]
        np.testing.assert_allclose(_quantiles(values, times, share), expected)
    assert np.isnan(_quantiles(values, np.zeros((1, 23), np.int32), 0.95)).all()


def test_recovery_counts_every_event_once():
    rng = np.random.default_rng(0)
    depth = 10 ** rng.uniform(-4, -1, 500)
    injected = pd.DataFrame({"depth": depth, "period_days": rng.uniform(1, 13, 500), "score": np.log10(depth)})
    injected["background"] = rng.integers(0, 50, 500).astype(str)
    table = recovery(injected, rng.normal(-3.5, 0.3, 1000), x="depth", y="period_days", bins=4)
    assert len(table) == 16
    assert table["n"].sum() == 500
    assert (table["low"] <= table["recovery"].fillna(0.5) + 1e-12).all()
    by_depth = recovery(injected, rng.normal(-3.5, 0.3, 1000), x="depth", bins=5)["recovery"]
    assert by_depth.is_monotonic_increasing
    assert by_depth.iloc[-1] == 1


def test_light_curves_of_one_star_are_matched_each_with_its_own():
    still = pd.DataFrame(
        {"seed": 0, "target_id": ["a1", "a2", "b1"], "star": ["a", "a", "b"], "score": [0.1, 0.9, 0.5]}
    )
    made = pd.DataFrame(
        {
            "event": "planets",
            "seed": 0,
            "target_id": ["a1", "a2", "b1", "b1"],
            "star": ["a", "a", "b", "b"],
            "score": [0.5, 0.5, 0.6, 0.7],
        }
    )
    (row,) = over_stars(made, still, ["event"]).to_dict("records")
    assert row["matched_auc"] == pytest.approx((0.5 + 1.0) / 2)  # star a wins with one light curve of two
    assert row["stars"] == 2
