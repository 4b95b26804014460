"""Commands on runs: train, show, score."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.forest import PRESETS
from tests.store.test_named_columns import NAMED, foreign_file


def test_from_light_curves_to_a_ranking(clara, tmp_path, light_curve_folder, small_design):
    folder = tmp_path / "ws"
    at = ("--workspace", folder)
    (tmp_path / "bad.fits").write_text("no light curve")
    ingested = clara("ingest", light_curve_folder, tmp_path / "bad.fits", *at, "--json")
    assert ingested.code == 0
    assert ingested.json()["added"] == 40
    assert len(ingested.json()["unreadable"]) == 1
    listed = clara("targets", *at, "--json").json()
    assert len(listed["targets"]) == 40
    assert listed["targets"][0]["radius"] is None
    assert listed["unreadable"][0]["path"].endswith("bad.fits")
    assert clara("features", *at, "--workers", 1, "--json").json() == {"added": 40, "stored": 40, "failures": {}}

    (tmp_path / "labels.csv").write_text("tic,kind\n1000,dip\n1001,dip\n1030,flare\n")
    labelled = clara("label", tmp_path / "labels.csv", "-c", "kind=truth", *at, "--json").json()
    assert labelled == {"truth": 3}
    design = tmp_path / "small.toml"
    design.write_text(small_design.to_toml())
    made = clara("train", "--design", design, "--trees", 20, "--training-size", 30, *at, "--json").json()
    assert (made["name"], made["targets"], made["trained"], made["trees"]) == ("small", 40, 30, 20)
    assert {"truth/dip", "truth/flare", "truth/any"} == set(made["measures"])
    assert [run["run"] for run in clara("runs", *at, "--json").json()] == [made["run"]]

    shown = clara("show", "small", "--top", 5, *at, "--json").json()
    assert shown["top"][0]["rank"] == 1
    assert len(shown["top"]) == 5
    assert shown["spec"]["design"]["curves"] == 40
    assert "strangest targets" in clara("show", *at).out

    scored = clara("score", "latest", min(light_curve_folder.iterdir()), tmp_path / "bad.fits", *at, "--json").json()
    assert len(scored["scores"]) == len(scored["problems"]) == 1
    known = Workspace.open(folder).runs.get("small").scores().set_index("target_id")["anomaly_score"]
    assert scored["scores"][0]["anomaly_score"] == pytest.approx(known[scored["scores"][0]["target_id"]], abs=1e-9)

    assert clara("export", "latest", tmp_path / "ranking.csv", *at).code == 0
    exported = pd.read_csv(tmp_path / "ranking.csv")
    assert sorted(exported["target_id"]) == sorted(known.index)
    assert exported["anomaly_score"].is_monotonic_decreasing


def test_in_bag_runs_are_marked_and_only_of_the_published_method(trained, clara):
    ws = trained.folder
    told = clara("train", "--design", "P9", "--trees", 4, "--in-bag", "--name", "by heart", "--workspace", ws)
    try:
        assert told.code == 0
        assert "scored in bag, as the publication did" in told.err
        facts = {row["name"]: row for row in clara("runs", "--workspace", ws, "--json").json()}
        assert (facts["by heart"]["scoring"], facts["small"]["scoring"]) == ("in bag", "out of bag")
        assert "in bag" in facts["by heart"]["caveat"]
        assert facts["small"]["caveat"] == ""
        assert "by heart (" in clara("runs", "--workspace", ws).err
        refused = clara("train", "--design", "flares", "--in-bag", "--workspace", ws)
        assert refused.code == 1
        assert "--in-bag is for the published method" in refused.err
    finally:
        trained.runs.delete(trained.runs.get("by heart").id)


def test_files_are_scored_with_named_columns_and_every_star_of_a_table(clara, trained, tmp_path):
    path = foreign_file(tmp_path / "7.fits", 7)
    refused = clara("score", "small", path, "--workspace", trained.folder)
    assert "it lacks a time and a flux column" in refused.err
    scored = clara("score", "small", path, "--columns", *NAMED.split(), "--workspace", trained.folder, "--json")
    assert [row["target_id"] for row in scored.json()["scores"]] == ["7-s0000-table-120"]
    time = 1325 + np.arange(2000) / 144
    rows = [f"{tic},{t},{1 + 1e-3 * np.sin(t * tic)}" for tic in (3, 4) for t in time]
    (tmp_path / "stars.csv").write_text("\n".join(["tic,time,flux", *rows]))
    both = clara("score", "small", tmp_path / "stars.csv", "--workspace", trained.folder, "--json").json()["scores"]
    assert {row["target_id"] for row in both} == {"3-s0000-table-600", "4-s0000-table-600"}


@pytest.mark.heavy
def test_train_may_leave_p_values_and_make_kinds(trained, clara, monkeypatch):
    from clara_engine.studies import kinds

    usual = kinds.classify
    monkeypatch.setattr(kinds, "classify", lambda *given, **more: usual(*given, events=("binaries", "dippers"), **more))
    told = clara(
        "train",
        "--design",
        "binaries",
        "--trees",
        "20",
        "--name",
        "later",
        "--no-claims",
        "--kinds",
        "--workspace",
        trained.folder,
    )
    try:
        assert told.code == 0
        assert "kinds: " in told.err + told.out
        assert {"kind", "kind_probability"} <= set(trained.runs.get("later").scores())
        assert "clara claims" in clara("show", "later", "--workspace", trained.folder).err
    finally:
        trained.runs.delete(trained.runs.get("later").id)


@pytest.mark.parametrize(
    ("options", "forest", "design"),
    [
        (("--variant", "URF1"), "URF1", None),
        (("--variant", "URF2"), "URF2", None),
        (("--variant", "URF3", "--label", "truth/dip"), "URF3", None),
        (("--variant", "URF4"), "URF4", "n200 d27 c2 n100ppm"),
        (("--variant", "URF4", "--design", "P3"), "P3", "n300 d23.75 c2 n50ppm"),
        (("--variant", "URF1", "--forest", "P5"), "P5", None),
        ((), "P9", "n300 d24.5 c2 n225ppm"),
    ],
)
def test_a_variant_is_trained_with_its_published_forest(trained, clara, monkeypatch, options, forest, design):
    """URF1 and URF3 once took P9's."""

    def train(workspace, spec, *_, **__):
        asked.append(spec)
        raise WorkspaceError("not in this test")

    asked = []
    monkeypatch.setattr(Workspace, "train", train)
    assert clara("train", *options, "--workspace", trained.folder).code == 1
    assert asked[0].forest == PRESETS[forest]
    assert (asked[0].design.published_label if asked[0].design else None) == design
