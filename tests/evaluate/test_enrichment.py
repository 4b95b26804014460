"""Labels that gather in clusters: the tests against their textbook forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio

from clara_engine.evaluate.corrections import benjamini_hochberg, holm
from clara_engine.evaluate.enrichment import ENRICHMENT_COLUMNS, enrichment
from clara_engine.evaluate.rates import wilson_interval

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_every_number_of_a_row():
    labels = np.array([0] * 30 + [1] * 20 + [-1] * 10)
    mask = np.zeros(60, bool)
    mask[[0, 1, *range(30, 42), 55]] = True
    table = enrichment(labels, {("truth", "dip"): mask, ("toi", "CP"): ~mask})
    assert table.columns.tolist() == ENRICHMENT_COLUMNS
    assert len(table) == 4
    row = table.set_index(["cluster", "family"]).loc[(1, "truth")]
    assert (row["value"], row["size"], row["hits"], row["share"]) == ("dip", 20, 12, 0.6)
    assert row["chance"] == 15 / 60
    assert row["lift"] == pytest.approx(2.4)
    assert (row["share_low"], row["share_high"]) == wilson_interval(12, 20)
    square = [[12, 8], [3, 37]]
    p = fisher_exact(square, alternative="greater").pvalue
    assert row["p_value"] == pytest.approx(p)
    assert row["p_corrected"] == pytest.approx(2 * p)
    assert table["cluster"][0] == 1
    assert table["family"][0] == "truth"
    assert row["odds_ratio"] == pytest.approx(12.5 * 37.5 / (8.5 * 3.5))
    exact = odds_ratio(square).confidence_interval(0.95)
    assert row["odds_low"] == pytest.approx(exact.low, rel=0.25)
    assert row["odds_high"] == pytest.approx(exact.high, rel=0.5)
    np.testing.assert_allclose(table["q_value"], benjamini_hochberg(table["p_value"]))


def test_no_clusters_or_no_labels_give_no_rows():
    assert enrichment([-1, -1], {("truth", "dip"): np.array([True, False])}).empty
    assert enrichment([0, 1], {}).columns.tolist() == ENRICHMENT_COLUMNS


def test_label_that_nobody_or_everybody_carries_is_no_finding():
    table = enrichment([0, 0, 1, 1], {("a", "none"): np.zeros(4, bool), ("a", "all"): np.ones(4, bool)})
    assert (table["p_value"] == 1).all()


def test_chance_finds_nothing_after_correction():
    random = np.random.default_rng(4)
    false = 0
    for _ in range(200):
        table = enrichment(random.integers(0, 6, 120), {("x", "y"): random.random(120) < 0.2})
        false += (table["p_corrected"] < 0.05).any()
    assert false <= 18


def test_textbook_corrections():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, np.nan]), [0.03, 0.06, 0.06, np.nan])
    np.testing.assert_allclose(benjamini_hochberg([0.01, 0.04, 0.03, np.nan]), [0.03, 0.04, 0.04, np.nan])
    assert np.isnan(benjamini_hochberg([np.nan])).all()


@given(p_values)
def test_corrections_keep_order_and_bounds(p):
    p = np.array(p)
    for corrected in (holm(p), benjamini_hochberg(p)):
        assert ((corrected >= p - 1e-12) & (corrected <= 1)).all()
        assert (np.diff(corrected[np.argsort(p, kind="stable")]) >= -1e-12).all()
    assert (benjamini_hochberg(p) <= holm(p) + 1e-12).all()
    assert (holm(p) <= np.minimum(1, p * p.size) + 1e-12).all()
