"""What people said and what programs take away: verdicts, labels, maps, exports, and the file that holds them."""

import sqlite3

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.report.export import ranking, write_table
from clara_engine.studies.embed import usual_map


def test_verdicts_are_only_ever_added(workspace):
    log = workspace.verdicts
    log.add("a", "planet", author="ann", note="nice", run_id="r1", period_days=2.5)
    log.add("a", "binary", author="bob")
    log.add("b", "noise", author="ann")
    first = log.history()
    latest = log.latest()
    assert latest["label"].to_dict() == {"a": "binary", "b": "noise"}
    assert pd.isna(latest.loc["a", "period_days"])
    assert pd.isna(latest.loc["a", "run_id"])

    assert log.undo(author="bob") == 2
    assert log.latest().loc["a", ["label", "author", "period_days"]].tolist() == ["planet", "ann", 2.5]
    assert log.undo(author="bob") is None
    assert log.undo(author="ann") == 3
    assert log.undo(author="ann") == 1
    assert log.latest().empty
    history = log.history()
    columns = ["verdict_id", "target_id", "label", "note", "author", "created"]
    pd.testing.assert_frame_equal(history.head(3)[columns], first[columns])
    assert len(history) == 6
    assert log.history("b")["verdict_id"].tolist() == [3, 5]
    with pytest.raises(WorkspaceError, match="label"):
        log.add("a", "  ", author="ann")


@pytest.mark.parametrize("part", ["label", "author", "note"])
def test_a_verdict_with_control_characters_is_refused_and_a_note_may_have_lines(workspace, part):
    log, given = workspace.verdicts, {"label": "flare", "author": "ann", "note": "one\ntwo"}
    number = log.add("a", **given)
    assert log.history("a").loc[0, "note"] == "one\ntwo"
    for letter in ("\x1b", "\x00", "\u202e"):
        with pytest.raises(WorkspaceError, match="can't hold the control character"):
            log.add("a", **given | {part: f"a{letter}b"})
    assert log.last() == number


def test_map_is_computed_once(trained, monkeypatch):
    fresh = usual_map(trained, "pca", "flux_power")
    assert fresh["target_id"].tolist() == trained.targets.ids()
    assert np.isfinite(fresh[["x", "y"]]).all(axis=None)
    monkeypatch.setattr("clara_engine.studies.embed.fit_map", None)
    pd.testing.assert_frame_equal(usual_map(trained, "pca", "flux_power"), fresh)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".vot"])
def test_export_comes_back(suffix, trained, tmp_path):
    table = ranking(trained, trained.runs.get("latest"))
    path = tmp_path / f"ranking{suffix}"
    write_table(table, path)
    if suffix == ".csv":
        back = pd.read_csv(path, float_precision="round_trip")
    elif suffix == ".parquet":
        back = pd.read_parquet(path)
    else:
        votable = Table.read(path, format="votable")
        assert [str(votable[name].unit) for name in ("tmag", "teff", "cadence_s")] == ["mag", "K", "s"]
        back = votable.to_pandas()
    assert back.columns.tolist() == table.columns.tolist()
    assert back["target_id"].astype(str).tolist() == table["target_id"].tolist()
    assert back["label_truth"].astype(str).tolist() == table["label_truth"].tolist()
    for name in ("rank", "tic", "anomaly_score", "weirdness", "tmag"):
        np.testing.assert_array_equal(back[name], table[name])
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_export_of_unknown_ending_is_refused(trained, tmp_path):
    with pytest.raises(WorkspaceError, match=r"\.csv, \.parquet, \.vot"):
        write_table(ranking(trained, trained.runs.get("latest")), tmp_path / "ranking.doc")


def test_workspace_of_another_version_is_refused_untouched(tmp_path):
    Workspace.open(tmp_path)
    with sqlite3.connect(tmp_path / "clara.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(WorkspaceError, match="version 99") as caught:
        Workspace.open(tmp_path)
    assert "\n" not in str(caught.value)
    assert "--workspace" in str(caught.value)


def test_damaged_database_is_refused_untouched(tmp_path):
    path = tmp_path / "clara.sqlite"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(WorkspaceError, match="is damaged") as caught:
        Workspace.open(tmp_path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"no database " * 1000


def test_absent_workspace_is_not_made_unasked(tmp_path):
    with pytest.raises(WorkspaceError, match="no workspace yet"):
        Workspace.open(tmp_path / "ws", create=False)
    assert not (tmp_path / "ws").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="can't be a workspace"):
        Workspace.open(tmp_path / "file")
