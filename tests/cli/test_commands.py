"""Commands from light curves to an exported ranking, their exit codes, and what they say when they fail."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["runs"], "no workspace yet"),
        (["features"], "no workspace yet"),
        (["ingest", "nowhere.fits"], "no readable light curve"),
        (["serve", "--address", "0.0.0.0"], "--basic-auth"),
        (["serve", "--address", "example.org"], "--basic-auth"),
    ],
)
def test_failure_is_code_1_and_one_line(clara, tmp_path, arguments, words):
    failed = clara(*arguments, "--workspace", tmp_path / "ws")
    assert failed.code == 1
    last = failed.err.splitlines()[-1]
    assert last.startswith("clara: ")
    assert words in last
    assert "Traceback" not in failed.err
    assert failed.out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--design", "P7"], "no design 'P7'"),
        (["train", "--design", "huge.toml"], "curves"),
        (["train", "--variant", "URF9"], "URF9"),
        (["train", "--variant", "URF3"], "needs label"),
        (["train", "--forest", "P7"], "no forest preset"),
        (["train", "--variant", "picked", "--pick", "77"], "no target 77"),
        (["show", "unknown"], "no run 'unknown'"),
        (["label", "absent.csv", "-c", "x"], "absent.csv"),
    ],
)
def test_request_that_cannot_be_met_is_code_1_and_one_line(
    clara, tmp_path, monkeypatch, light_curve_folder, small_design, arguments, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "huge.toml").write_text(small_design.to_toml().replace("curves = 40", "curves = 0"))
    Workspace.open(tmp_path / "ws").ingest([min(light_curve_folder.iterdir())])
    failed = clara(*arguments, "--workspace", tmp_path / "ws")
    assert failed.code == 1
    assert failed.err.startswith("clara: ")
    assert len(failed.err.splitlines()) == 1
    assert words in failed.err


@pytest.mark.parametrize("arguments", [["nonsense"], ["show", "--top", "-1"], ["ingest"], ["serve", "--port", "x"]])
def test_wrong_usage_is_code_2(clara, arguments):
    assert clara(*arguments).code == 2


def test_damaged_workspace_is_one_line(clara, tmp_path):
    (tmp_path / "clara.sqlite").write_bytes(b"no database " * 1000)
    failed = clara("runs", "--workspace", tmp_path)
    assert failed.code == 1
    assert len(failed.err.splitlines()) == 1


def test_two_processes_may_ingest_at_once(tmp_path, light_curve_folder):
    files = sorted(light_curve_folder.iterdir())
    environment = {**os.environ, "CLARA_WORKSPACE": str(tmp_path / "ws")}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "clara_engine", "ingest", "--json", *part],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for part in (files[::2], files[1::2])
    ]
    for process in started:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["added"] == 20
    assert len(Workspace.open(tmp_path / "ws").targets) == 40


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


def test_a_table_that_has_nowhere_to_go_is_one_line(clara, trained, tmp_path):
    (tmp_path / "file").write_text("")
    failed = clara("export", "latest", tmp_path / "file" / "ranking.csv", "--workspace", trained.folder)
    assert failed.code == 1
    assert "can't be written: File exists" in failed.err
    assert len(failed.err.splitlines()) == 1


def test_a_deleted_workspace_is_one_line_and_not_made_by_a_question(clara, tmp_path):
    folder = tmp_path / "ws"
    for command in ("runs", "show", "targets", "failures", "features", "clusters", "train"):
        failed = clara(command, "--workspace", folder)
        assert (failed.code, len(failed.err.splitlines())) == (1, 1)
        assert not folder.exists()


@pytest.mark.parametrize("words", [["--columns", "time=DAY flux=PHOT"], ["--columns", "time=DAY", "flux=PHOT"]])
def test_columns_are_named_in_one_word_or_several(clara, tmp_path, words):
    foreign_file(tmp_path / "7.fits", 7)
    assert clara("ingest", tmp_path / "7.fits", "--workspace", tmp_path / "w").code != 0
    done = clara("ingest", tmp_path / "7.fits", *words, "--workspace", tmp_path / "w", "--json")
    assert done.json()["added"] == 1
    wrong = clara("ingest", tmp_path / "7.fits", "--columns", "mass=M", "--workspace", tmp_path / "w")
    assert wrong.code != 0
    assert "name them as time=" in wrong.err


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


def test_classify_says_what_each_star_is(trained, clara, tmp_path):
    ws = trained.folder
    told = clara(
        "classify", "small", "--event", "binaries", "--event", "dippers", "--prior", "none=.8", "--workspace", ws
    )
    try:
        assert told.code == 0
        assert "prior none 0.8, binary 0.1, dipper 0.1" in told.err
        assert "kind" in clara("show", "small", "--workspace", ws).out
        clara("export", "small", tmp_path / "ranking.csv", "--workspace", ws)
        table = pd.read_csv(tmp_path / "ranking.csv")
        assert table[["kind_none", "kind_binary", "kind_dipper"]].sum(axis=1).round(6).eq(1).all()
        assert set(table["kind"]) <= {"none", "binary", "dipper"}
        refused = clara("classify", "small", "--prior", "none", "--workspace", ws)
        assert "write KIND=CHANCE" in refused.err
    finally:
        for path in trained.runs.get("small").folder.glob("kinds.*"):
            path.unlink()


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
