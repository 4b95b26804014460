"""Scores of stars that a run has never seen."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine import Workspace
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.studies.unseen_scores import unseen_scores
from clara_engine.studies.validate import scores_in, validate
from clara_engine.workspace import RunSpec
from tests.small_workspace import star


@pytest.fixture(scope="module")
def two_sectors(tmp_path_factory, light_curve_folder, small_spec):
    """The forty stars of sector 1, and thirty of them in sector 2 with other noise."""
    folder = tmp_path_factory.mktemp("sector2")
    for i in range(30):
        curve = star(1000 + i, seed=100 + i, dip=0.01 if i < 4 else 0.0)
        curve = replace(curve, time=curve.time + 28, target=replace(curve.target, sector=2))
        write_spoc(curve, folder / spoc_file_name(curve.target))
    ws = Workspace.open(tmp_path_factory.mktemp("two"))
    ws.ingest([light_curve_folder, folder])
    tics = ws.targets.frame().set_index("target_id")["tic"]
    ws.labels.add("truth", {id: "dip" if tic < 1004 else "quiet" for id, tic in tics.items()}, source="test")
    for sector in (1, 2):
        values = small_spec.model_dump() | {"name": f"s{sector}", "training_sectors": (sector,), "training_size": None}
        ws.train(RunSpec(**values))
    return ws


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
