"""Runs whose contrast set is injected into observed light curves of the workspace."""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from clara_engine.cli.main import app
from clara_engine.errors import DesignError
from clara_engine.forest import ForestSettings
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.synthetic import steering_design
from clara_engine.workspace import RunSpec
from tests.small_workspace import star


def spec(**changes):
    values = {"name": "binaries", "design": steering_design("binaries", curves=30, seed=3), "background_stars": 8}
    return RunSpec(**{**values, "forest": ForestSettings(n_estimators=20), "training_size": None, **changes})


def test_every_star_may_carry_signals_and_all_are_measured(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add("truth", {id: "dip" if i < 12 else "quiet" for i, id in enumerate(ids)}, source="test")
    run = workspace.train(spec(background_stars=None))
    scores = run.scores()
    assert not scores["set_aside"].any()
    assert scores["trained"].all()
    assert run.scoring == "cross-fitted"
    assert (run.measures["truth/dip"]["targets"], run.measures["truth/dip"]["positives"]) == (40, 12)
    forest = run.forest()
    by_star = forest.scores(workspace.features.matrix("flux_power")[1], stars=workspace.targets.stars().loc[ids])
    np.testing.assert_allclose(scores.set_index("target_id").loc[ids, "anomaly_score"], by_star.anomaly)


def test_the_same_spec_gives_the_same_bits_with_or_without_what_was_kept(workspace):
    first = workspace.train(spec()).scores()
    (kept,) = (workspace.folder / "cache").glob("injected/*/*.npy")
    before = kept.stat().st_mtime_ns
    again = workspace.train(spec()).scores()
    assert kept.stat().st_mtime_ns == before
    kept.unlink()
    third = workspace.train(spec()).scores()
    for other in (again, third):
        np.testing.assert_array_equal(first["anomaly_score"], other["anomaly_score"])


def test_too_many_background_stars_are_refused(workspace):
    with pytest.raises(DesignError, match="41 background stars can't be taken from 40"):
        workspace.train(spec(background_stars=41))


def test_a_part_of_the_real_class_without_hosts_is_named_in_the_run(workspace, tmp_path):
    """Hosts of some magnitudes only: cool, faint stars among the others then carry no signal."""
    for tic in range(7001, 7007):
        cool = star(tic, seed=tic)
        cool = replace(cool, target=replace(cool.target, teff=2700.0, tmag=15.0))
        write_spoc(cool, tmp_path / spoc_file_name(cool.target))
    workspace.ingest(sorted(tmp_path.glob("*.fits")))
    bright = spec(background_stars=None).design
    bright = bright.model_copy(update={"background": bright.background.model_copy(update={"tmag": (8.0, 12.0)})})
    run = workspace.train(spec(background_stars=None, design=bright))
    lines = [
        f"no host among 6 stars {part}: {bright.name} of such stars are learned as real"
        for part in ("cooler than 2,900 K", "fainter than Tmag 14")
    ]
    assert list(run.notes) == list(workspace.runs.get(run.id).notes) == lines
    shown = CliRunner().invoke(app, ["show", run.id, "--workspace", str(workspace.folder)])
    assert all(line in " ".join(shown.stderr.split()) for line in lines)
    assert workspace.train(spec(background_stars=None)).notes == ()
