"""Commands that say how far a ranking can be trusted."""

import pandas as pd
import pytest

from clara_engine import Workspace


@pytest.fixture(scope="module")
def at(tmp_path_factory, light_curve_folder, small_spec):
    ws = Workspace.open(tmp_path_factory.mktemp("claimed"))
    ws.ingest([light_curve_folder])
    ws.labels.add("truth", {id: "dip" if i < 4 else "quiet" for i, id in enumerate(ws.targets.ids())}, source="test")
    ws.train(small_spec)
    return ("--workspace", ws.folder)


def test_claims_are_made_shown_and_exported(clara, at, tmp_path):
    made = clara("claims", "small", *at, "--json").json()
    assert made["source"] == "stars labelled quiet"
    assert [line["level"] for line in made["lines"]] == [0.01, 0.05, 0.1, 0.2, 0.5]
    told = clara("claims", "small", *at)
    assert "needed above all nulls" in told.out
    assert "none is below 0.027" in told.err
    shown = clara("show", "small", *at, "--json").json()
    assert shown["claims"] == {name: value for name, value in made.items() if name != "run"}
    assert {"p_value", "star_p_value", "star_q_value", "star_rank", "rank"} <= set(shown["top"][0])
    header = clara("show", "small", *at).out.partition("strangest targets")[2].split()
    assert "`clara recover` measures it" in clara("show", "small", *at).err
    clara("recover", "small", "--event", "binaries", "--curves", 30, *at)
    assert "completeness (binaries, top 5 %): signal-to-noise" in clara("show", "small", *at).err
    assert "binaries, top 5 %" in clara("show", "small", *at, "--json").json()["completeness"]
    assert header[:5] == ["rank", "tic", "p", "q", "curves"]
    assert clara("export", "small", tmp_path / "ranking.csv", *at).code == 0
    assert pd.read_csv(tmp_path / "ranking.csv")["star_rank"].min() == 1
    assert clara("claims", "small", "--nulls", 3, *at).code == 2
    answer = clara("query", "SELECT count(star_p_value) AS n FROM scores", *at, "--json").json()
    assert answer == [{"n": 40}]


def test_stability(clara, at, tmp_path):
    save = tmp_path / "stars.csv"
    found = clara("stability", "small", "--draws", 3, "--rows", 5, "--save", save, *at, "--json").json()
    assert found["plan"]["draws"] == 3
    assert len(found["stars"]) == 5
    assert {"rank_low", "rank_high", "top_chance", "star_rank"} <= set(found["stars"][0])
    assert len(pd.read_csv(save)) == 40
    told = clara("stability", "small", "--draws", 3, *at)
    assert "3 forests" in told.err
    assert "top_chance" in told.out
