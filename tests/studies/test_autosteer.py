"""Auto-steer searches on some stars and measures on others, and can be stopped."""

import shutil

import pytest

from clara_engine.errors import Cancelled, WorkspaceError
from clara_engine.studies.autosteer import AutoSteer, AutoSteerPlan
from clara_engine.studies.extract import extract_features
from clara_engine.synthetic import EVENTS, Observed

PLAN = {"label": ("truth", "dip"), "feature_set": "flux_power", "trees": 20, "most_stars": 14}


@pytest.fixture
def labelled(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add("truth", {id: "dip" if i < 4 else "quiet" for i, id in enumerate(ids)}, source="test")
    return workspace


class Stop:
    def __init__(self, after):
        self.after = after
        self.stages = []

    def stage(self, name, step=None):
        self.stages.append(name)
        if name.startswith(f"trial {self.after + 1} "):
            raise Cancelled

    def __call__(self, done, total):
        pass


def test_nobody_searches_and_measures(labelled):
    extract_features(labelled, "flux_power")
    shares = AutoSteer(labelled, AutoSteerPlan(**PLAN)).shares()
    parts = [set(part) for part in (shares.training, shares.searched, shares.measured)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 40
    dips = set(labelled.targets.ids()[:4])
    assert [len(part & dips) for part in parts] == [0, 2, 2]


@pytest.mark.heavy
def test_stopped_search_keeps_its_best_and_goes_on(labelled):
    steering = AutoSteer(labelled, AutoSteerPlan(**PLAN, trials=4))
    report = Stop(after=2)
    with pytest.raises(Cancelled):
        steering.search(report)
    assert ", best 0." in report.stages[-1]
    kept = steering.trials()
    assert kept["event"].tolist() == list(EVENTS)[:2]
    assert len(steering.best().trials) == 2
    trials = AutoSteer(labelled, AutoSteerPlan(**PLAN, trials=4)).search()
    assert len(trials) == 4
    assert trials.head(2).equals(kept)
    best = steering.best()
    assert best.searched == trials["objective"].max()
    assert best.measures.positives == 2
    assert 0 <= best.objective <= 1
    assert best.spec.design.background == Observed(tmag=best.spec.design.background.tmag)
    run = labelled.train(best.spec)
    assert run.spec.design == best.spec.design


@pytest.mark.heavy
def test_the_budget_of_time_ends_it(labelled):
    trials = AutoSteer(labelled, AutoSteerPlan(**PLAN, trials=500, seconds=1)).search()
    assert 1 <= len(trials) < 500


def test_marked_stars_and_their_want(labelled):
    extract_features(labelled, "flux_power")
    marked = tuple(labelled.targets.ids()[:3])
    with pytest.raises(WorkspaceError, match="3 wanted stars among 40 are too few"):
        AutoSteer(labelled, AutoSteerPlan(marked=marked, feature_set="flux_power")).shares()
    with pytest.raises(WorkspaceError, match="nothing has been tried yet"):
        AutoSteer(labelled, AutoSteerPlan(**PLAN)).best()


def test_a_workspace_that_goes_during_a_trial_is_told_and_not_made_anew(labelled, monkeypatch):
    def trial(*_):
        shutil.rmtree(labelled.folder)
        labelled.folder.mkdir()
        return 0.5

    monkeypatch.setattr(AutoSteer, "_value", trial)
    monkeypatch.setattr(AutoSteer, "_path", lambda steering: labelled.folder / "autosteer" / "some.json")
    with pytest.raises(WorkspaceError, match="not there any more"):
        AutoSteer(labelled, AutoSteerPlan(**PLAN)).search()
    assert list(labelled.folder.iterdir()) == []
