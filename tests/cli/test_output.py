"""What commands print: tables, JSON without NaN, one line for each message, progress."""

import json

import numpy as np
import pandas as pd

from clara_engine.cli import output


def test_json_has_null_for_nan_and_plain_numbers(capsys):
    output.show_json({"table": pd.DataFrame({"a": [1.5, np.nan]}), "n": np.int64(3), "x": np.float32(0.5)})
    assert json.loads(capsys.readouterr().out) == {"table": [{"a": 1.5}, {"a": None}], "n": 3, "x": 0.5}


def test_json_has_null_for_nan_at_any_depth(capsys):
    output.show_json({"a": ({"b": float("nan")}, [np.float64("inf"), np.float32("nan")]), "c": np.float64(2.0)})
    assert json.loads(capsys.readouterr().out) == {"a": [{"b": None}, [None, None]], "c": 2.0}


def test_a_table_shows_markup_and_control_characters_as_they_are(capsys):
    output.show_table([{"name": "[red]x[/red]\x1b[31m", "value": float("nan"), "n": 1234.5678}], title="[b]")
    out = capsys.readouterr().out
    assert "[b]" in out
    assert "[red]x[/red]" in out
    assert "\x1b" not in out
    assert "–" in out
    assert "1235" in out


def test_messages_are_one_line_beside_the_results(capsys):
    output.complain("two\nlines")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("clara: two")


def test_progress_elsewhere_than_on_a_terminal_says_its_stages(capsys, monkeypatch):
    monkeypatch.setattr(output, "PLAIN_SECONDS", 0.0)
    with output.progress() as report:
        report.stage("reading")
        report(3, 10)
    assert capsys.readouterr().err.splitlines() == ["reading …", "reading: 3 of 10"]
