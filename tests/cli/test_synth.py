"""The command synth."""

import pandas as pd


def test_a_set_is_written(clara, tmp_path):
    made = clara("synth", "P9", tmp_path / "set", "--curves", 2, "--json").json()
    assert (made["curves"], made["features"]) == (2, 2)
    assert len(pd.read_csv(tmp_path / "set" / "truth.csv")) == 2
    again = clara("synth", "P9", tmp_path / "set", "--curves", 2)
    assert again.code == 1
    assert "already" in again.err
