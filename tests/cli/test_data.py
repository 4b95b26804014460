"""Commands on light curves and labels: ingest by several processes, columns named in words."""

import json
import os
import subprocess
import sys

import pytest

from clara_engine import Workspace
from tests.store.test_named_columns import foreign_file


@pytest.mark.heavy
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
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err
        assert json.loads(out)["added"] == 20
    assert len(Workspace.open(tmp_path / "ws").targets) == 40


@pytest.mark.parametrize("words", [["--columns", "time=DAY flux=PHOT"], ["--columns", "time=DAY", "flux=PHOT"]])
def test_columns_are_named_in_one_word_or_several(clara, tmp_path, words):
    foreign_file(tmp_path / "7.fits", 7)
    assert clara("ingest", tmp_path / "7.fits", "--workspace", tmp_path / "w").code != 0
    done = clara("ingest", tmp_path / "7.fits", *words, "--workspace", tmp_path / "w", "--json")
    assert done.json()["added"] == 1
    wrong = clara("ingest", tmp_path / "7.fits", "--columns", "mass=M", "--workspace", tmp_path / "w")
    assert wrong.code != 0
    assert "name them as time=" in wrong.err


def test_labels_and_features_are_told_with_what_there_is_of_them(clara, tmp_path, light_curve_folder):
    at = ("--workspace", tmp_path / "w")
    clara("ingest", *sorted(light_curve_folder.iterdir())[:3], *at)
    (tmp_path / "kinds.csv").write_text("tic,kind\n1000,EB\n1001,EB\n77,EB\n")
    (tmp_path / "more.csv").write_text("tic,kind\n1002,planet\n")
    assert clara("label", tmp_path / "kinds.csv", "-c", "kind", *at).err.strip() == (
        "kind: 2 of 2 labels of this family in the workspace"
    )
    assert clara("label", tmp_path / "more.csv", "-c", "kind", *at).err.strip() == (
        "kind: 1 of 3 labels of this family in the workspace"
    )
    assert "3 of 3 rows added, 3 stored, 0 targets without features" in clara("features", *at).err
    assert "0 of 0 rows added, 3 stored" in clara("features", *at).err
    (tmp_path / "none.csv").write_text("tic,other\n77,EB\n")
    assert "other: 0 of 0 labels" in clara("label", tmp_path / "none.csv", "-c", "other", *at).err
