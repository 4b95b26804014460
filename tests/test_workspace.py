"""The public face of a workspace: what notebooks and scripts call."""

import os

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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_whoever_the_umask_says_reads_a_workspace(light_curve_folder, small_spec, tmp_path):
    mask = 0o027
    before = os.umask(mask)
    try:
        workspace = Workspace.open(tmp_path / "workspace")
        workspace.ingest([light_curve_folder])
        workspace.train(small_spec)
        workspace.vocabulary.save(workspace.vocabulary.labels())
        made = {path: path.stat().st_mode & 0o777 for path in [workspace.folder, *workspace.folder.rglob("*")]}
    finally:
        os.umask(before)
    usual = {path: (0o777 if path.is_dir() else 0o666) & ~mask for path in made}
    assert {path: oct(mode) for path, mode in made.items() if mode != usual[path]} == {}
