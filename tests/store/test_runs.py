"""Runs on disk: found by id and name, their scores, and refused requests."""

import hashlib
import json

import pandas as pd
import pytest

from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.store.archive_answers import ArchiveCache
from clara_engine.store.runs import RunSpec


def test_a_run_is_found_by_id_by_name_and_as_the_latest(trained):
    (run,) = trained.runs.list()
    assert trained.runs.get(run.id) == trained.runs.get("small") == trained.runs.get("latest") == run
    with pytest.raises(WorkspaceError, match="no run 'large' in this workspace; runs: small"):
        trained.runs.get("large")


def test_its_scores_are_ranked_and_its_forest_gives_them(trained):
    run = trained.runs.get("latest")
    scores = run.scores()
    assert scores["anomaly_score"].is_monotonic_decreasing
    assert scores["rank"].is_monotonic_increasing
    assert len(run.every_score()) == len(scores) + len(run.unranked()) == 40
    assert run.forest().settings == run.spec.forest


def test_measures_are_replaced_and_nothing_else(trained):
    run = trained.runs.get("latest")
    changed = trained.runs.update_measures(run, {"truth/dip": {"roc_auc": 0.5}})
    again = trained.runs.get("latest")
    assert again.measures == changed.measures == {"truth/dip": {"roc_auc": 0.5}}
    assert (again.spec, again.created) == (run.spec, run.created)
    assert json.loads(again.spec.model_dump_json())["name"] == "small"


def test_a_run_knows_the_tables_that_its_labels_are_from(workspace, small_spec):
    table = pd.DataFrame({"tic": [1], "toi": ["5.01"]}, index=[1])
    ArchiveCache.of(workspace).whole("toi", lambda: table, question="file tois.csv")
    run = workspace.train(small_spec)
    (told,) = run.catalogues.values()
    assert told["question"] == "file tois.csv"
    assert told["digest"] == hashlib.sha256(table.to_csv().encode()).hexdigest()
    assert workspace.runs.get("latest").catalogues == run.catalogues
    assert workspace.runs.update_measures(run, {}, {}).catalogues == {}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "x", "variant": "URF9"}, "variant"),
        ({"name": "x", "training_size": 0}, "training_size"),
        ({"name": "x", "colour": "red"}, "nothing is called so here"),
        ({"name": "x", "variant": "picked", "picked": ()}, "pick"),
    ],
)
def test_a_request_that_can_not_be_met_is_one_line(values, words):
    with pytest.raises(DesignError, match=words) as caught:
        RunSpec.checked(**values)
    assert "\n" not in str(caught.value)
