"""What may be ranked together, and how a difference is told."""

import pandas as pd
import pytest

from clara_engine import Target
from clara_engine.groups import Group, group_names

TESS = Group("TESS", 120, "SPOC")


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Target(tic=1), "TESS 120 s SPOC"),
        (Target(tic=1, cadence_s=119.9975, product="table"), "TESS 120 s table"),
        (Target(tic=1, cadence_s=1799.99, product="TESS-SPOC"), "TESS 1800 s TESS-SPOC"),
        (Target(tic=1, cadence_s=1765.46, product="Kepler", catalogue="KIC"), "Kepler 1765 s"),
        (Target(tic=1, cadence_s=58.8488, product="K2", catalogue="EPIC"), "K2 59 s"),
        (Target(tic=1, cadence_s=20.0000004), "TESS 20 s SPOC"),
        (Target(tic=1, cadence_s=3597.2, product="table"), "TESS 3600 s table"),
        (Target(tic=1, cadence_s=float("nan"), product="my own"), "TESS 0 s my own"),
    ],
)
def test_a_light_curve_is_of_a_mission_a_planned_cadence_and_a_pipeline(target, name):
    assert str(target.group) == name
    assert Group.named(name) == target.group
    facts = {"catalogue": [target.catalogue], "cadence_s": [target.cadence_s], "product": [target.product]}
    assert group_names(pd.DataFrame(facts, index=["a"])).to_dict() == {"a": name}


def test_words_mean_a_group_when_all_of_them_fit():
    assert all(TESS.meant_by(words) for words in ("120", "120s", "120 s", "spoc", "TESS", "tess 120 s SPOC"))
    assert not any(TESS.meant_by(words) for words in ("20", "TESS-SPOC", "SPOC 1800", "Kepler"))


def test_only_what_differs_is_told():
    assert TESS.unlike(Group("TESS", 1800, "SPOC")) == ("120 s", "1800 s")
    assert TESS.unlike(Group("TESS", 1800, "TESS-SPOC")) == ("120 s SPOC", "1800 s TESS-SPOC")
    assert TESS.unlike(Group("TESS", 120, "QLP")) == ("SPOC", "QLP")
    assert TESS.unlike(Group("Kepler", 1765, "Kepler")) == ("TESS 120 s SPOC", "Kepler 1765 s")
