"""Partial rank correlation, against the inverse of the correlation matrix and against independence."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata, spearmanr

from clara_engine.evaluate.partial import partial_spearman


def stars(seed=0, n=400):
    """A score and a parameter that only hang together by magnitude and noise."""
    rng = np.random.default_rng(seed)
    tmag, noise = rng.normal(size=(2, n))
    table = pd.DataFrame({"tmag": tmag, "noise": noise})
    return table.assign(
        score=tmag + 0.5 * noise + rng.normal(size=n), parameter=np.exp(tmag + noise + 1.5 * rng.normal(size=n))
    )


def test_it_is_what_the_inverse_of_the_correlation_matrix_gives():
    table = stars()
    found = partial_spearman(table["score"], table["parameter"], table[["tmag", "noise"]], resamples=50)
    ranks = rankdata(table[["score", "parameter", "tmag", "noise"]].to_numpy(), axis=0)
    precision = np.linalg.inv(np.corrcoef(ranks.T))
    assert found.rho == pytest.approx(-precision[0, 1] / np.sqrt(precision[0, 0] * precision[1, 1]), abs=1e-12)
    assert found.low < found.rho < found.high


def test_what_others_make_is_taken_off():
    table = stars(1)
    plain = spearmanr(table["score"], table["parameter"])
    found = partial_spearman(table["score"], table["parameter"], table[["tmag", "noise"]], resamples=200)
    assert plain.statistic > 0.2
    assert abs(found.rho) < 0.15
    p = [
        partial_spearman(one["score"], one["parameter"], one[["tmag", "noise"]], resamples=1).p_value
        for one in (stars(seed, 120) for seed in range(200))
    ]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.05)


def test_without_anything_held_it_is_spearman():
    table = stars(2)
    found = partial_spearman(table["score"], table["parameter"], table[[]], resamples=20)
    assert found.rho == pytest.approx(spearmanr(table["score"], table["parameter"]).statistic, abs=1e-12)
    assert found.p_value == pytest.approx(spearmanr(table["score"], table["parameter"]).pvalue, rel=1e-6)


def test_nothing_left_is_no_number():
    table = stars(3)
    assert np.isnan(partial_spearman(table["score"], table["tmag"], table[["tmag"]]).rho)
    assert np.isnan(partial_spearman(table["score"], table["parameter"] * 0, table[["tmag"]]).rho)
    gap = table.assign(noise=np.nan)
    assert partial_spearman(table["score"], table["parameter"], gap[["noise"]]).stars == 0
