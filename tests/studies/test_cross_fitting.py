"""Who carries injected signals can't be told from the scores; a new file scores as it does in the workspace."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from clara_engine import Workspace
from clara_engine.forest import PRESETS, UnsupervisedForest
from clara_engine.studies.extract import binned_features, extract_features
from clara_engine.studies.training_set import training_set
from clara_engine.synthetic import USUAL_EVENTS, steering_design
from clara_engine.workspace import RunSpec

FOREST = PRESETS["steering"].model_copy(update={"n_estimators": 300, "min_samples_leaf": 2})


@pytest.fixture(scope="module")
def quiet(tmp_path_factory, light_curve_folder):
    """The made-up stars without dips, as far as features go."""
    ws = Workspace.open(tmp_path_factory.mktemp("quiet"))
    ws.ingest(sorted(light_curve_folder.iterdir())[4:])
    extract_features(ws, "flux_power")
    return ws


def host_area(ws, event, seed):
    design = steering_design(event, curves=54, seed=seed)
    spec = RunSpec(name=event, design=design, background_stars=18, training_size=None, forest=FOREST, seed=seed)
    ids, binned = binned_features(ws, "flux_power")
    sets = training_set(ws, spec, ids, binned)
    forest = sets.fit(UnsupervisedForest.from_settings(FOREST, random_state=seed), binned, by_star=True)
    host = np.isin(sets.stars, sets.contrast_stars)
    assert host.sum() == 18
    return roc_auc_score(host, forest.scores(binned, stars=sets.stars).anomaly)


@pytest.mark.parametrize("event", USUAL_EVENTS)
def test_half_of_the_stars_are_hosts_and_nobody_can_say_which(quiet, event):
    area = np.mean([host_area(quiet, event, seed) for seed in (0, 1)])
    assert abs(area - 0.5) < 1.96 * np.sqrt(37 / (12 * 18 * 18)) / np.sqrt(2) + 0.03  # of the rank-sum test, two halves


def test_a_star_scores_alike_in_the_workspace_and_as_a_new_file(quiet, tmp_path):
    design = steering_design("binaries", curves=36)
    spec = RunSpec(name="binaries", design=design, training_size=None, forest=FOREST, feature_set="flux_power")
    every = quiet.train(spec)
    out = quiet.targets.ids()[::9]
    without = Workspace.open(tmp_path / "without")
    others = [target_id for target_id in quiet.targets.ids() if target_id not in out]
    without.ingest([quiet.targets.path(target_id) for target_id in others])
    run = without.train(spec)
    table, _ = without.score_files(run, [quiet.targets.path(target_id) for target_id in out])
    new = table.set_index("target_id").loc[out, "anomaly_score"]
    apart = np.abs(every.scores().set_index("target_id").loc[out, "anomaly_score"] - new)
    assert apart.mean() < 0.05
    assert (apart > 0.25).mean() < 0.08
