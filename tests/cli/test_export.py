"""The command export."""

import json

import pandas as pd


def test_a_table_that_has_nowhere_to_go_is_one_line(clara, trained, tmp_path):
    (tmp_path / "file").write_text("")
    failed = clara("export", "latest", tmp_path / "file" / "ranking.csv", "--workspace", trained.folder)
    assert failed.code == 1
    assert "can't be written: File exists" in failed.err
    assert len(failed.err.splitlines()) == 1


def test_a_part_of_the_ranking_in_its_order(clara, trained, tmp_path):
    at = ("--workspace", trained.folder)
    done = clara("export", "latest", tmp_path / "r.parquet", "--where", "rank <= 5", "--json", *at)
    table = pd.read_parquet(tmp_path / "r.parquet")
    assert table["rank"].is_monotonic_increasing
    assert json.loads(done.out) == {
        "run": trained.runs.get("latest").id,
        "file": str(tmp_path / "r.parquet"),
        "targets": len(table),
        "columns": list(table),
    }
