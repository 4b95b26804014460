"""How often each kind is called what."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.results.kind_confusion import confusion


def test_shares_are_counted_by_kind_and_generator_and_weak_events_left_out():
    rows = [
        ("planet", "own", "a", 10.0, "planet"),
        ("planet", "own", "b", 10.0, "none"),
        ("planet", "own", "c", 3.0, "none"),
        ("planet", "other", "a", 10.0, "planet"),
        ("none", "own", "a", np.nan, "none"),
        ("none", "untouched", "a", np.nan, "planet"),
    ]
    table = pd.DataFrame(rows, columns=["kind", "generator", "star", "signal_to_noise", "called"])
    found = {(row["kind"], row["generator"]): row for row in confusion(table, 7.0)}
    assert set(found) == {("planet", "own"), ("planet", "other"), ("none", "own")}
    own = found["planet", "own"]
    assert (own["n"], own["stars"], own["right"]) == (2, 2, 0.5)
    assert own["as"] == {"planet": 0.5, "none": 0.5}
    assert 0 <= own["low"] < 0.5 < own["high"] <= 1
    everything = {(row["kind"], row["generator"]): row for row in confusion(table)}
    assert everything["planet", "own"]["right"] == pytest.approx(1 / 3)
