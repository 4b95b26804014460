"""A run ranks one mission, cadence and pipeline; everything else is scored beside it and told."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from clara_engine import Workspace
from clara_engine.cli.main import app
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.report.export import ranking
from clara_engine.store.runs import SCORE_COLUMNS
from clara_engine.studies.autosteer import AutoSteer, AutoSteerPlan
from clara_engine.studies.compare import moves
from clara_engine.studies.grouping import about_group, find_group, notes_on
from clara_engine.studies.query import query
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan
from clara_engine.studies.validate import validate
from clara_engine.workspace import RunSpec
from tests.small_workspace import star

FINE, COARSE = "TESS 600 s TESS-SPOC", "TESS 1800 s TESS-SPOC"


def coarse(curve, release=None):
    """The same star sampled every 30 minutes."""
    thirds = slice(0, len(curve) // 3 * 3)
    time, flux = (values[thirds].reshape(-1, 3).mean(axis=1) for values in (curve.time, curve.flux))
    target = replace(curve.target, cadence_s=1800.0, data_release=release)
    return type(curve)(time=time, flux=flux, target=target)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, light_curve_folder, small_spec):
    """40 stars every 10 minutes, 12 of them every 30 minutes too, and a run of whatever it takes by itself."""
    folder = tmp_path_factory.mktemp("coarse")
    for i in range(12):
        curve = coarse(star(1000 + i, seed=i), release=3)
        write_spoc(curve, folder / spoc_file_name(curve.target))
    ws = Workspace.open(tmp_path_factory.mktemp("mixed"))
    ws.ingest([light_curve_folder, folder])
    ws.train(small_spec)
    return ws


def test_the_largest_group_is_ranked_as_if_it_were_alone(mixed, trained):
    run, alone = mixed.runs.get("latest"), trained.runs.get("small")
    assert run.group == alone.group == FINE
    assert run.targets == 40
    # p-values are ranks among stars labelled quiet, which only one of the workspaces has
    scores = [found.scores()[SCORE_COLUMNS] for found in (run, alone)]
    pd.testing.assert_frame_equal(*scores, check_exact=True)
    assert run.fingerprint == alone.fingerprint
    assert alone.unranked().empty
    assert about_group(alone, trained.targets.groups()) == FINE
    assert about_group(run, mixed.targets.groups()) == (
        f"{FINE} only; not ranked: 12 light curves of other groups, {COARSE} (12)"
    )


def test_other_groups_are_scored_but_have_no_rank(mixed):
    run = mixed.runs.get("latest")
    others = run.unranked()
    assert (mixed.targets.groups()[others["target_id"]] == COARSE).all()
    assert others["anomaly_score"].between(0, 1).all()
    assert others[["rank", "percentile"]].isna().all(axis=None)
    table = ranking(mixed, run)
    assert table["rank"].tolist()[:40] == run.scores()["rank"].tolist()
    assert table["rank"].isna().tolist() == [False] * 40 + [True] * 12
    asked = "SELECT count(*) AS n, count(rank) AS ranked FROM scores JOIN runs USING (run_id) WHERE run_group LIKE ?"
    assert query(mixed, asked.replace("?", "'TESS 600%'")).to_numpy().tolist() == [[52, 40]]


def test_any_group_can_be_asked_for_by_what_tells_it_apart(mixed, small_spec):
    spec = small_spec.model_copy(update={"group": "1800", "training_size": None, "name": "coarse"})
    run = mixed.train(spec)
    try:
        assert (run.group, run.targets, len(run.unranked())) == (COARSE, 12, 40)
        fine = mixed.runs.get("small")
        with pytest.raises(WorkspaceError, match="different groups can't be compared"):
            validate(mixed, fine, run)
        with pytest.raises(WorkspaceError, match="different groups"):
            moves(fine, run)
    finally:
        mixed.runs.delete(run.id)
    groups = mixed.targets.groups()
    with pytest.raises(DesignError, match=r"'TESS': several groups.*600 s TESS-SPOC \(40\), TESS 1800"):
        find_group(groups, "TESS")
    with pytest.raises(DesignError, match="'QLP': no group of this workspace"):
        find_group(groups, "QLP")


def test_picked_light_curves_say_the_group_and_must_be_of_one(mixed):
    ids = mixed.targets.groups()
    few = tuple(ids.index[ids == COARSE][:4])
    run = mixed.train(RunSpec(name="picked", variant="picked", picked=few))
    assert run.group == COARSE
    mixed.runs.delete(run.id)
    with pytest.raises(DesignError, match="several groups"):
        mixed.train(RunSpec(name="picked", variant="picked", picked=(*few, ids.index[ids == FINE][0])))


@pytest.fixture(scope="module")
def quiet_stars(tmp_path_factory):
    """Quiet stars that no run has seen, at both cadences: where they rank must not hang on the cadence in silence."""
    folder = tmp_path_factory.mktemp("quiet")
    made = {}
    for i in range(6):
        fine = star(5000 + i, seed=500 + i)
        made[600, i], made[1800, i] = fine, coarse(fine)
    return {key: write_spoc(curve, folder / f"{key[0]}_{key[1]}.fits") for key, curve in made.items()}


def test_files_of_another_cadence_are_scored_and_say_so(trained, quiet_stars):
    files = {
        cadence: [str(path) for (each, _), path in quiet_stars.items() if each == cadence] for cadence in (600, 1800)
    }
    base = ["score", "small", "--workspace", str(trained.folder), "--json"]
    fine, other = (CliRunner().invoke(app, [*base, *files[cadence]]) for cadence in (600, 1800))
    first, second = (json.loads(result.stdout) for result in (fine, other))
    assert first["warnings"] == []
    assert {row["note"] for row in first["scores"]} == {""}
    words = "trained on 600 s light curves, this one has 1800 s: its score can't be ranked among them"
    assert second["warnings"] == [f"6 files: {words}"]
    assert {row["note"] for row in second["scores"]} == {words}
    assert f"6 files: {words}" in " ".join(other.stderr.split())
    middle = [np.median([row["percentile"] for row in found["scores"]]) for found in (first, second)]
    assert middle[1] > middle[0]  # why it has to be said


def test_another_data_release_gives_a_line_and_nothing_else(mixed, small_spec):
    run = mixed.train(small_spec.model_copy(update={"group": COARSE, "training_size": None}))
    target = replace(coarse(star(1, seed=1), release=3).target, product="TESS-SPOC")
    changes = ({}, {"data_release": 5}, {"data_release": None}, {"product": "QLP"})
    assert notes_on(mixed, run, [replace(target, **change) for change in changes]) == [
        "",
        "trained on data release 3, this one is of 5: scores differ by up to 0.29",
        "",
        "trained on TESS-SPOC light curves, this one is of QLP: its score can't be ranked among them",
    ]
    mixed.runs.delete(run.id)


def test_steering_is_measured_within_one_group(mixed):
    groups = mixed.targets.groups()
    for asked, name in ((None, FINE), ("1800", COARSE)):
        split = SteeringMatrix(mixed, SteeringPlan(group=asked)).split(0)
        assert {groups[target_id] for target_id in (*split.training, *split.measured)} == {name}
    fine = [target_id for target_id in groups.index if groups[target_id] == FINE]
    shares = AutoSteer(mixed, AutoSteerPlan(feature_set="flux_power", marked=tuple(fine[:4]))).shares()
    assert set(shares.training + shares.searched + shares.measured) == set(fine)
