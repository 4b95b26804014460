"""What kind of star each is, beside a run."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from clara_engine import Workspace
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.forest import ForestSettings
from clara_engine.report.export import ranking
from clara_engine.store.versions import Topic
from clara_engine.studies.kinds import KIND, classify, kept_kinds, kind_column
from clara_engine.synthetic import steering_design
from clara_engine.workspace import RunSpec

EVENTS = ("binaries", "dippers")


@pytest.fixture(scope="module")
def steered(tmp_path_factory, light_curve_folder):
    ws = Workspace.open(tmp_path_factory.mktemp("kinds"))
    ws.ingest([light_curve_folder])
    spec = RunSpec(
        name="binaries", design=steering_design("binaries", curves=40), forest=ForestSettings(n_estimators=20)
    )
    ws.train(spec)
    return ws


def test_every_star_gets_a_chance_of_each_kind(steered):
    run = steered.runs.get("binaries")
    assert kept_kinds(run) is None
    before = sorted(path.name for path in (steered.folder / "cache" / "injected").iterdir())
    made = classify(steered, run, events=EVENTS, other=True)
    assert set(before) < {path.name for path in (steered.folder / "cache" / "injected").iterdir()}
    table = run.scores()
    kinds = ["none", "binary", "dipper"]
    chances = table[[kind_column(kind) for kind in kinds]]
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    np.testing.assert_allclose(chances.max(axis=1), table["kind_probability"])
    named = chances.idxmax(axis=1).str.removeprefix("kind_")
    assert (named == table["kind"]).all()
    # The dips of four stars are deep and repeat: hardly any quiet star is as unlike the quiet ones.
    dips = table["target_id"].isin(steered.targets.ids()[:4])
    assert roc_auc_score(dips, -table["kind_none"]) > 0.85
    assert (made.classes, made.hosts, made.stars, made.curves) == (tuple(kinds), 40, 40, 40)
    assert made.prior == {"none": 0.5, "binary": 0.25, "dipper": 0.25}
    own = {row["kind"]: row for row in made.confusion if row["generator"] == "own"}
    assert own["binary"]["right"] > 0.6
    assert sum(own["binary"]["as"].values()) == pytest.approx(1)
    assert {row["kind"] for row in made.confusion if row["generator"] == "other"} == {"binary", "dipper"}
    assert kept_kinds(run) == made
    assert {"kind", "kind_probability", "kind_none", "kind_binary"} <= set(ranking(steered, run))


def test_the_injected_features_of_the_run_serve_again_and_the_answer_is_the_same(steered):
    run = steered.runs.get("binaries")
    classify(steered, run, events=EVENTS)
    first, when = run.scores(), steered.versions()[Topic.CLAIMS]
    folder = steered.folder / "cache" / "injected"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.npy")}
    classify(steered, run, events=EVENTS)
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*.npy")}
    pd.testing.assert_frame_equal(first, run.scores())
    assert steered.versions()[Topic.CLAIMS] > when  # what shows it reads it anew


def test_a_prior_makes_kinds_rarer(steered):
    run = steered.runs.get("binaries")
    classify(steered, run, events=EVENTS)
    usual = run.scores()["kind_none"]
    made = classify(steered, run, events=EVENTS, prior={"none": 0.99})
    assert made.prior == pytest.approx({"none": 0.99, "binary": 0.005, "dipper": 0.005})
    assert (run.scores()["kind_none"] > usual).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"events": ("comets",)}, "no event 'comets'"),
        ({"events": ()}, "no event ''"),
        ({"events": EVENTS, "prior": {"planet": 0.1}}, "no class 'planet'"),
    ],
)
def test_what_can_not_be_asked_is_one_line(steered, options, words):
    with pytest.raises(DesignError, match=words):
        classify(steered, steered.runs.get("binaries"), **options)


def test_a_run_whose_light_curves_can_not_be_read_is_told_so(steered, monkeypatch):
    monkeypatch.setattr("clara_engine.studies.kinds.members_of", lambda *args: [])
    with pytest.raises(WorkspaceError, match="no light curve that trained binaries has flux_power features"):
        classify(steered, steered.runs.get("binaries"), events=EVENTS)


def test_every_event_has_a_kind():
    from clara_engine.synthetic import EVENTS as KNOWN

    assert set(KNOWN) <= set(KIND)
    assert len(set(KIND.values())) == len(KIND)
