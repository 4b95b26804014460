"""Which files of a folder are light curves, and what is said of them beforehand."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import Cancelled, WorkspaceError
from clara_engine.store.light_curve_files import find_files, survey
from clara_engine.workspace import Workspace

TIME = 1325 + np.arange(300) / 720


@pytest.fixture
def tables(tmp_path):
    """Light curves as tables, and tables that are something else."""
    folder = tmp_path / "tables"
    folder.mkdir()
    curve = pd.DataFrame({"time": TIME, "flux": 1 + 1e-3 * np.sin(np.arange(300))})
    curve.to_csv(folder / "TIC42_s0003.csv", index=False)
    curve.to_parquet(folder / "TIC43.parquet")
    curve.to_csv(folder / "KIC42_s0003.csv.gz", index=False)
    pd.DataFrame({"tic": [1], "period": [2.0], "flux": [3.0]}).to_csv(folder / "labels.csv", index=False)
    pd.DataFrame({"target_id": ["x"], "score": [0.5]}).to_parquet(folder / "scores.parquet")
    (folder / "notes.txt").write_text("what the time was\n")
    (folder / "numbers.dat").write_text("1 2\n3 4\n")
    (folder / "half.csv.gz").write_bytes(b"\x1f\x8b broken")
    return folder


def test_tables_are_taken_by_their_columns(tables):
    found = find_files([tables])
    assert [path.name for path in found.light_curves] == ["KIC42_s0003.csv.gz", "TIC42_s0003.csv", "TIC43.parquet"]
    assert {path.name for path in found.other_tables} == {
        "labels.csv",
        "scores.parquet",
        "notes.txt",
        "numbers.dat",
        "half.csv.gz",
    }
    assert find_files([tables / "notes.txt"]).light_curves == (tables / "notes.txt",)  # named directly


def test_equal_numbers_of_two_catalogues_are_two_stars(tables, tmp_path):
    workspace = Workspace.open(tmp_path / "ws")
    result = workspace.ingest([tables])
    assert (result.added, len(result.other_tables), result.unreadable) == (3, 5, ())
    assert workspace.targets.stars().to_dict() == {
        "42-s0003-table-120": "TIC 42",
        "KIC42-s0003-table-120": "KIC 42",
        "43-s0000-table-120": "TIC 43",
    }
    assert workspace.targets.find("KIC 42") == ["KIC42-s0003-table-120"]
    assert workspace.targets.find("TIC 42") == ["42-s0003-table-120"]
    assert len(workspace.targets.find("42")) == 2
    for column, expected in (("tic", "42-s0003-table-120"), ("kic", "KIC42-s0003-table-120")):
        labels = tmp_path / f"{column}.csv"
        labels.write_text(f"{column},kind\n42,star\n")
        assert workspace.labels.import_csv(labels, {"kind": column}) == {column: 1}
        assert workspace.labels.of(expected)["family"].tolist() == [column]


def test_a_survey_says_what_there_is(tables, light_curve_folder):
    found = survey([tables, light_curve_folder])
    assert (found.files, found.looked_at, found.other_tables) == (43, 43, 5)
    assert found.products == {"TESS-SPOC, 600 s, simulated": 40, "table, 120 s": 3}
    assert found.bytes > 1e5


@pytest.mark.parametrize(("name", "line"), [("gone", "is not there"), ("empty", "no light-curve files in")])
def test_a_survey_of_nothing_is_one_line(tmp_path, name, line):
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match=line):
        survey([tmp_path / name])


def test_what_was_read_before_a_cancel_is_registered(tmp_path, light_curve_folder):
    workspace = Workspace.open(tmp_path / "ws")

    def stop(done, total):
        if done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        workspace.ingest([light_curve_folder], stop)
    kept = len(workspace.targets)
    assert 0 < kept < 40
    assert workspace.ingest([light_curve_folder]).known == kept
