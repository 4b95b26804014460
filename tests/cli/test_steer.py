"""Commands of the wheel: recover, steer, sweep, wrss, autosteer, validate."""

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.synthetic import SyntheticDesign


@pytest.fixture(scope="module")
def at(tmp_path_factory, light_curve_folder, small_spec):
    ws = Workspace.open(tmp_path_factory.mktemp("steered"))
    ws.ingest([light_curve_folder])
    ws.labels.add("truth", {id: "planet" if i < 4 else "quiet" for i, id in enumerate(ws.targets.ids())}, source="test")
    ws.train(small_spec)
    ws.train(small_spec.model_copy(update={"name": "other", "seed": 8}))
    return ("--workspace", ws.folder)


def test_recover(clara, at, tmp_path):
    save = tmp_path / "injected.csv"
    options = ("--event", "binaries", "--curves", 40, "--bins", 2, "--top", 10, "--save", save)
    found = clara("recover", "small", *options, *at, "--json")
    assert found.code == 0
    facts = found.json()
    assert len(facts["cells"]) == 4
    assert facts["recovery"]["chance"] == 0.1
    assert len(pd.read_csv(save)) == 40
    told = clara("recover", "small", *options, *at)
    assert "36 untouched ones" in told.err
    assert "recovery" in told.out
    refused = clara("recover", "small", "--event", "comets", *at)
    assert refused.code == 1
    assert refused.err.startswith("clara: there is no event 'comets'")


def test_steer(clara, at):
    options = ("--contrast", "binaries", "--contrast", "URF1", "--event", "binaries", "--curves", 20, "--measured", 20)
    found = clara("steer", *options, "--seeds", 2, *at, "--json").json()
    assert [cell["contrast"] for cell in found["cells"]] == ["binaries", "URF1"]
    assert all(cell["auc_low"] <= cell["auc"] <= cell["auc_high"] for cell in found["cells"])
    told = clara("steer", *options, "--seeds", 1, "--measure", "recall_5", *at)
    assert "chance is .05" in told.err
    assert "95 % interval over stars" in told.err
    assert "recall at 5 % of own events by signal-to-noise" in told.out
    strong = clara("steer", *options, "--seeds", 2, "--least-snr", 7, *at, "--json").json()
    assert all(cell["matched_auc"] >= 0.5 for cell in strong["cells"])
    assert clara("steer", "--measure", "luck", *at).code == 2


def test_sweep_wrss_and_validate(clara, at, tmp_path, small_design):
    grid = tmp_path / "two.toml"
    grid.write_text(
        '[base]\nforest = {n_estimators = 10}\n[base.design]\nname = "d"\ncurves = 20\n'
        "background = {span_days = 13, cadence_minutes = 10, noise_ppm = 300}\n"
        '[axes]\n"design.background.noise_ppm" = [100, 300]\n'
    )
    table = clara("sweep", grid, "--alpha", 0.3, *at, "--json").json()
    assert table["alpha"] == 0.3
    assert len(table["runs"]) == 2
    assert {"recall", "t10_part", "objective"} <= set(table["runs"][0])
    told = clara("sweep", grid, "--objective", "auc", "--label", "truth/planet", *at)
    assert "4 of 40 targets with label truth/planet" in told.err
    assert clara("sweep", "paper37", *at).code == 1
    unknown = clara("sweep", grid, "--label", "planet", *at)
    assert unknown.code == 1
    assert "truth/planet" in unknown.err
    assert clara("sweep", grid, "--objective", "luck", *at).code == 2

    joined = clara("wrss", "small", "other", *at, "--json").json()
    assert joined["weights"] == [0.8, 0.2]
    assert joined["common"] == 40 >= joined["set"] >= len(joined["targets"])
    assert "0 and 1 stand for raw" in clara("wrss", "small", "other", *at).err

    rows = clara("validate", "small", "other", "--label", "truth/quiet", "--draws", 20, *at, "--json").json()[
        "measures"
    ]
    assert rows[0]["measure"] == "Spearman"
    assert {row["label"] for row in rows} == {"", "truth/quiet"}
    assert "bootstrap" in clara("validate", "small", "other", "--draws", 20, *at).err


def test_autosteer(clara, at, tmp_path):
    save = tmp_path / "best.toml"
    options = ("--label", "truth/planet", "--trials", 2, "--set", "flux_power")
    found = clara("autosteer", *options, "--save", save, "--train", *at, "--json")
    assert found.code == 0
    facts = found.json()
    assert len(facts["trials"]) == 2
    assert facts["measures"]["positives"] == 2
    assert SyntheticDesign.from_toml(save).digest() == SyntheticDesign(**facts["spec"]["design"]).digest()
    assert (
        clara("show", facts["run"], *at, "--json").json()["spec"]["design"]["name"] == facts["spec"]["design"]["name"]
    )
    assert "that it was not chosen on" in clara("autosteer", *options, *at).err
    refused = clara("autosteer", "--mark", "1000", *at)
    assert refused.code == 1
    assert "1 wanted stars" in refused.err


def test_peers(clara, at):
    options = ("--peer", "BLS", "--peer", "stella", "--event", "binaries", "--event", "flares", "--measured", 12)
    found = clara("peers", *options, *at, "--json").json()
    assert [(cell["peer"], cell["event"]) for cell in found["cells"]] == [("BLS", "binaries")]
    told = clara("peers", *options, *at)
    assert "BLS ranks by" in told.err
    assert "stella did not run: stella's source distribution is not in" in told.err
    assert clara("peers", "--peer", "nobody", *at).err.startswith("clara: there is no peer 'nobody'")
