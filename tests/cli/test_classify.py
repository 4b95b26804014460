"""The command classify."""

import pandas as pd


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
