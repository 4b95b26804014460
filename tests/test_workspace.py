"""The public face of a workspace: what notebooks and scripts call."""

import numpy as np
import pytest

from clara_engine import Workspace


def test_files_are_scored_as_in_the_run(trained, light_curve_folder):
    run = trained.runs.get("latest")
    table, problems = trained.score_files(run, sorted(light_curve_folder.iterdir())[:3])
    known = run.scores().set_index("target_id")["anomaly_score"]
    assert problems == []
    np.testing.assert_allclose(table["anomaly_score"], known[table["target_id"]], atol=1e-9)


def test_it_reopens_with_everything_and_is_not_made_unasked(trained, tmp_path):
    again = Workspace.open(trained.folder, create=False)
    assert again.targets.ids() == trained.targets.ids()
    assert again.runs.get("latest").id == trained.runs.get("latest").id
    with pytest.raises(Exception, match="no workspace"):
        Workspace.open(tmp_path / "other", create=False)


def test_a_run_that_is_there_is_taken_whatever_it_is_called(trained, small_spec):
    before = len(trained.runs.list())
    again = trained.run_of(small_spec.model_copy(update={"name": "another name"}))
    assert again.spec.design == small_spec.design
    assert len(trained.runs.list()) == before
    other = trained.run_of(small_spec.model_copy(update={"name": "another seed", "seed": 8}))
    assert other.name == "another seed"
    assert len(trained.runs.list()) == before + 1
