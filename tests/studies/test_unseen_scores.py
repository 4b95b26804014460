"""Scores of stars that a run has never seen."""

import numpy as np

from clara_engine.studies.unseen_scores import unseen_scores
from clara_engine.studies.validate import scores_in, validate


def test_a_run_scores_another_workspace(two_sectors, trained):
    run = two_sectors.runs.get("s1")
    scores = scores_in(trained, run).set_index("target_id")
    known = run.scores().set_index("target_id")
    assert len(scores) == 40
    np.testing.assert_array_equal(scores["anomaly_score"], known.loc[scores.index, "anomaly_score"])
    run = trained.runs.get("small")
    scores = scores_in(two_sectors, run).set_index("target_id")
    assert len(scores) == 70
    late = [id for id in scores.index if "s0002" in id]
    rows, stars = two_sectors.features.rows("flux_power").matrix(late), two_sectors.targets.stars()[late]
    np.testing.assert_array_equal(scores.loc[late, "anomaly_score"], unseen_scores(run.forest(), rows, stars).anomaly)
    assert not np.allclose(scores.loc[late, "anomaly_score"], run.forest().anomaly_score(rows))
    table = validate(two_sectors, run, two_sectors.runs.get("s1"), draws=20)
    assert {"same light curves", "sector 1 against sector 2"} <= set(table["stars_of"])
