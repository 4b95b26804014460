"""The kind of each star is that of the forest of many classes, where there is one."""

import pandas as pd

from clara_engine.studies.star_kinds import star_kinds


class Classified:
    def scores(self):
        return pd.DataFrame({"target_id": ["a", "b"], "kind": ["planet", None], "kind_probability": [0.8, None]})


class Plain:
    def scores(self):
        return pd.DataFrame({"target_id": ["a"]})


def test_kinds_of_a_run_that_was_classified():
    found = star_kinds(Classified(), ["b", "a", "c"])
    assert found["kind"].tolist() == ["", "planet", ""]
    assert found["kind_probability"]["a"] == 0.8


def test_nobody_has_said():
    for run in (None, Plain()):
        assert star_kinds(run, ["a"])["kind"].tolist() == [""]
