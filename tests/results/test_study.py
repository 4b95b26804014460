"""Numbers that JSON knows, and the agreement of published scores."""

import json

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.results.study import plain, published


def test_numbers_become_those_of_json():
    facts = {"a": np.float64("nan"), 1: (np.int64(3), np.bool_(True)), "b": [np.inf, {"c": np.float32(0.5)}], "d": "x"}
    assert plain(facts) == {"a": None, "1": [3, True], "b": [None, {"c": 0.5}], "d": "x"}
    json.dumps(plain(facts), allow_nan=False)


def test_published_scores_of_two_sectors_agree_over_common_stars(tmp_path):
    scores = pd.DataFrame({"tic": [1, 2, 3, 4, 4, np.nan], "anomaly_score": [0.1, 0.4, 0.6, 0.9, 0.9, 0.5]})
    for name in ("p3", "p9"):
        scores.to_csv(tmp_path / f"scores_sector1_{name}.csv.gz", index=False)
        scores.iloc[1:].to_csv(tmp_path / f"scores_sector2_{name}.csv.gz", index=False)
    assert published(tmp_path) == {"stars_1": 4, "stars_2": 3, "common": 3, "spearman": pytest.approx(1)}
    (tmp_path / "scores_sector2_p9.csv.gz").unlink()
    with pytest.raises(WorkspaceError, match=r"scores_sector2_p9\.csv\.gz can't be read"):
        published(tmp_path)
