"""The publication's own measures: by hand, by another program, and on its published tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clara_engine.errors import FeatureError
from clara_engine.evaluate.published import min_max, published_measures, representative_sets

TOPS = np.arange(5, 101, 5)


def as_published(scores, positive, product):
    """Written as its code reads: sort, cut, mean; for scores without ties."""
    table = pd.DataFrame({"score": scores, "toi": positive, "weight": np.where(positive, product, np.nan)})
    table["weight"] = (table["weight"] - table["weight"].min()) / (table["weight"].max() - table["weight"].min())
    table = table.sort_values("score", ascending=False).reset_index(drop=True)
    tops = [table.head(int(len(table) * percent / 100)) for percent in TOPS]
    means = [top.loc[top["toi"], "weight"].mean() for top in tops]
    flagged = table[table["score"] > 0].reset_index(drop=True)
    known = flagged.dropna(subset="weight")
    most = known.nlargest(max(1, int(0.1 * len(known))), "weight").index / len(flagged)
    return {
        "recall": (table["toi"] & (table["score"] > 0)).sum() / table["toi"].sum(),
        "anomaly_rate": (table["score"] > 0).mean(),
        "recall_auc": np.trapezoid([top["toi"].sum() / table["toi"].sum() for top in tops], TOPS / 100),
        "importance_auc": np.trapezoid(np.nan_to_num(means), TOPS / 100),
        "importance_top_20": np.nan_to_num(flagged.head(int(len(flagged) * 0.2))["weight"].mean()),
        "t10_low": most.min(),
        "t10": most.max(),
    }


@pytest.mark.parametrize("seed", range(5))
def test_without_ties_they_are_those_of_the_published_code(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(100, 700))
    scores = np.maximum(rng.permutation(size) - rng.integers(10, size // 2), -rng.random(size))
    positive = rng.random(size) < 0.15
    product = np.where(rng.random(size) < 0.1, np.nan, rng.lognormal(size=size))
    found = published_measures(scores, positive, product)
    for name, value in as_published(scores, positive, product).items():
        assert getattr(found, name) == pytest.approx(value), name


def test_ties_count_by_their_chance():
    rng = np.random.default_rng(3)
    scores, positive = rng.integers(0, 4, 200) / 3, rng.random(200) < 0.2
    found = published_measures(scores, positive)
    nudged = [as_published(scores + 1e-9 * (rng.random(200) - 0.5), positive, rng.random(200)) for _ in range(300)]
    assert found.recall_auc == pytest.approx(np.mean([draw["recall_auc"] for draw in nudged]), abs=0.004)
    assert published_measures(np.full(40, 0.5), np.arange(40) < 7).recall_auc == pytest.approx(0.49875)


@given(hnp.arrays(float, 60, elements=st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0])), st.integers(1, 59))
def test_measures_stay_within_their_ranges_and_know_no_order(scores, labelled):
    positive, product = np.arange(60) < labelled, np.arange(60.0) + 1
    found = published_measures(scores, positive, product)
    order = np.random.default_rng(labelled).permutation(60)
    again = published_measures(scores[order], positive[order], product[order])
    for name in found.__dataclass_fields__:
        assert 0 <= getattr(found, name) <= 1
        assert getattr(again, name) == pytest.approx(getattr(found, name))


def test_nothing_flagged_and_nothing_known():
    found = published_measures(np.zeros(20), np.arange(20) < 4, np.full(20, np.nan))
    assert (found.importance_auc, found.importance_top_20, found.t10) == (0, 0, 1)
    with pytest.raises(FeatureError, match="no target carries the label"):
        published_measures(np.zeros(20), np.zeros(20, bool))
    with pytest.raises(FeatureError, match="NaN or infinity"):
        published_measures(np.full(20, np.nan), np.ones(20, bool))


def test_sets_have_the_share_of_the_sector_and_are_drawn_anew_each_time():
    positive = np.arange(15_900) < 230
    sets = representative_sets(positive, 10)
    assert sets.shape == (10, 4000)
    assert all(len(set(some)) == 4000 for some in sets.tolist())
    assert [int(positive[some].sum()) for some in sets] == [round(4000 * 230 / 15_900)] * 10
    assert len({tuple(some) for some in sets.tolist()}) == 10
    np.testing.assert_array_equal(sets, representative_sets(positive, 10))
    assert not np.array_equal(sets, representative_sets(positive, 10, seed=1))
    assert representative_sets(np.arange(1200) < 60, 2).shape == (2, 300)
    for mask in (np.arange(1200) < 1, np.ones(50, bool), np.zeros(0, bool)):
        with pytest.raises(FeatureError, match="measure on all targets instead"):
            representative_sets(mask, 2)


def published_variants(shared):
    """Scores, TOIs and importance of the published test set, and the tables that the publication made of it."""
    folder = shared / "clara_published" / "metrics"
    tois = pd.read_csv(shared / "real_more" / "tables" / "exofop_toi_export.csv.gz", comment="#")
    in_sector = tois["Sectors"].astype(str).str.split(",").map(lambda sectors: "2" in [one.strip() for one in sectors])
    product = tois["Planet SNR"] * tois["Depth (ppm)"] * tois["Duration (hours)"]
    scores = pd.read_csv(folder / "variant_scores_s2_repset_01.csv.gz", index_col="tic")
    product = product[in_sector].groupby(tois["TIC ID"][in_sector]).last().reindex(scores.index)
    tables = [pd.read_csv(folder / f"{name}_urf4sv_sector2.csv") for name in MADE]
    return scores, product, *tables, pd.read_csv(folder / "correlation_table_urf4sv_s2_repset_01.csv")


MADE = ("threshold_vs_recall_sweep", "importance_vs_threshold")


def test_published_tables_come_out_of_the_published_scores(shared_data):
    scores, product, recalls, importances, summary = published_variants(shared_data)
    positive = scores.index.isin(product.dropna().index)
    assert (len(scores), positive.sum()) == (4000, 49)
    weight = min_max(product.to_numpy())
    assert np.nanmean(weight) == pytest.approx(importances["avg_normalized_importance"].iloc[9], abs=2e-4)
    checked = {"recall": 0, "importance": 0}
    for name, values in scores.items():
        values = values.to_numpy()
        found = published_measures(values, positive, product)
        row = summary[summary["variant"].str.contains(f"{name}_anomaly")].iloc[0]
        assert found.recall == pytest.approx(row["toi_recall"])
        assert found.anomaly_rate == pytest.approx(row["anomaly_rate"])
        recall = recalls[recalls["variant"].str.contains(f"{name}_anomaly")].set_index("threshold_percent")
        importance = importances[importances["variant"].str.contains(f"{name}_anomaly")].set_index("threshold_percent")
        for percent in recall.index:
            first = values >= np.sort(values)[::-1][4000 * percent // 100 - 1]
            ties = first.sum() - 4000 * percent // 100
            told = recall.loc[percent, "n_tois_flagged"]
            assert 0 <= (first & positive).sum() - told <= ties
            if not ties and percent in importance.index:  # else it hung on the order of files
                checked["importance"] += 1
                assert weight[first & positive].mean() == pytest.approx(
                    importance.loc[percent, "avg_normalized_importance"], abs=1e-3
                )
            checked["recall"] += not ties
    assert checked["recall"] >= 40
    assert checked["importance"] >= 20
