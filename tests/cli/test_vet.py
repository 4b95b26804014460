"""Reports and tables for other programs, from the command line."""

import json

import pytest


def test_a_report_is_written(clara, trained, tmp_path):
    file = tmp_path / "report.html"
    done = clara("report", "1000", "1001", "--output", file, "-w", trained.folder)
    assert done.code == 0
    assert "2 stars written" in done.err
    page = file.read_text(encoding="utf-8")
    assert page.count("<section") == 2
    assert "SIM 1000" in page
    told = clara("report", "--where", "rank = 1", "--json", "--output", file, "-w", trained.folder)
    first = trained.runs.get("latest").scores().set_index("rank")["target_id"][1]
    assert json.loads(told.out) == {"run": trained.runs.get("latest").id, "file": str(file), "targets": [first]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report"], "select some first"),
        (["report", "77"], "no target 77"),
        (["report", "--selection", "none"], "no selection 'none'"),
        (["report", "1000", "--output", "/proc/no.html"], "can't be written"),
        (["samp"], "start TOPCAT or Aladin first"),
    ],
)
def test_what_goes_wrong_is_a_line(clara, trained, tmp_path, monkeypatch, arguments, words):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    done = clara(*arguments, "-w", trained.folder)
    assert done.code == 1
    assert words in done.err
