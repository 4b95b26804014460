"""WRSS on made-up runs, and on the published scores."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import DesignError, FeatureError
from clara_engine.evaluate.agreement import spearman
from clara_engine.evaluate.by_star import wilson_interval
from clara_engine.evaluate.wrss import wrss


def run(**scores):
    return pd.DataFrame({"target_id": list(scores), "anomaly_score": list(scores.values())})


def test_weights_normalisation_and_the_set():
    joined = wrss(run(a=0.25, b=1.0, c=0.09, d=0.5), run(c=0.25, b=0.36, a=0.49, d=0.0, e=0.9))
    assert joined.common == 4
    table = joined.table.set_index("target_id")
    assert list(table.index) == ["b", "a", "c"]
    raw = {"a": 0.8 * 0.5 + 0.2 * 0.7, "b": 0.8 + 0.2 * 0.6, "c": 0.8 * 0.3 + 0.2 * 0.5}
    np.testing.assert_allclose(table["raw"], [raw[name] for name in table.index])
    assert table.loc["a", "wrss"] == pytest.approx((raw["a"] - raw["c"]) / (raw["b"] - raw["c"]))
    assert (joined.lowest, joined.highest) == (pytest.approx(raw["c"]), pytest.approx(raw["b"]))
    smaller = wrss(run(a=0.25, c=0.09), run(c=0.25, a=0.49)).table.set_index("target_id")
    assert smaller.loc["a", "wrss"] == 1 != table.loc["a", "wrss"]
    assert smaller.loc["a", "raw"] == table.loc["a", "raw"]


def test_refusals():
    with pytest.raises(FeatureError, match="none of 1 target in common"):
        wrss(run(a=0.2), run(a=0.0))
    with pytest.raises(DesignError, match="neither below 0"):
        wrss(run(a=0.2), run(a=0.3), weights=(-1, 2))


def published(shared_data, sector):
    """WRSS of the published scores of a sector, highest first."""
    tables = [
        pd.read_csv(shared_data / "clara_published" / f"scores_sector{sector}_{name}.csv.gz")
        .dropna(subset="tic")
        .rename(columns={"tic": "target_id"})
        .drop_duplicates("target_id")
        for name in ("p3", "p9")
    ]
    return wrss(*tables).table


def test_published_scores(shared_data):
    one, two = published(shared_data, 1), published(shared_data, 2)
    assert 260504147 in set(two["target_id"].head(5))  # named among the strangest of five sectors
    both = one.merge(two, on="target_id")
    assert len(both) > 1500
    assert 0.70 <= spearman(both["wrss_x"], both["wrss_y"]) <= 0.80


def test_confirmed_planets_among_the_strangest_of_the_published_scores(shared_data):
    """What stands in docs/publication.md beside the published 16 of 114."""
    tois = pd.read_csv(shared_data / "catalogues" / "toi_nasa_exoplanet_archive_2025-10-04.csv.gz", comment="#")
    confirmed = tois.loc[tois["tfopwg_disp"].isin(["CP", "KP"]), "tid"]
    planet = published(shared_data, 1)["target_id"].isin(confirmed)
    assert [(int(planet.head(n).sum()), n) for n in (114, 740, 7402)] == [(3, 114), (14, 740), (40, 7402)]
    assert wilson_interval(14, 740) == pytest.approx((0.011, 0.032), abs=0.0005)
