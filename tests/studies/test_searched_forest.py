"""A search of forest settings is made once for the same contrast set and light curves."""

import pytest

from clara_engine.studies import searched_forest as module
from clara_engine.studies.searched_forest import searched_forest


def test_the_best_of_the_search_is_kept_and_not_searched_again(workspace, small_spec, monkeypatch):
    found = searched_forest(workspace, small_spec, draws=3)
    trials = workspace.tune(small_spec, draws=3)
    assert list(found.trials) == trials
    assert found.spec.forest == trials[0].settings
    assert found.accuracy == trials[0].accuracy
    assert found.spec.design == small_spec.design

    asked = []
    monkeypatch.setattr(module, "tune_forest", lambda ws, spec, **_: asked.append(spec) or trials)
    renamed = small_spec.model_copy(update={"name": "other", "forest": trials[1].settings})
    assert searched_forest(workspace, renamed, draws=3).trials == found.trials
    assert not asked
    in_bag = small_spec.model_copy(update={"forest": small_spec.forest.model_copy(update={"oob_score": False})})
    assert not searched_forest(workspace, in_bag, draws=3).spec.forest.oob_score
    assert not asked
    for change in ({"seed": 8}, {"design": small_spec.design.changed(curves=30)}):
        searched_forest(workspace, small_spec.model_copy(update=change), draws=3)
    searched_forest(workspace, small_spec, draws=2)
    assert len(asked) == 3


def test_a_stopped_search_keeps_nothing(workspace, small_spec, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "tune_forest", stop)
    with pytest.raises(KeyboardInterrupt):
        searched_forest(workspace, small_spec, draws=3)
    assert not (workspace.folder / "sweeps").exists()
