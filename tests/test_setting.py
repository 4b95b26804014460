from typing import Annotated, Literal

import pytest
from pydantic import Field

from clara_engine.errors import DesignError
from clara_engine.setting import Interval, Range, Setting, allowed


class Flare(Setting):
    kind: Literal["flare"] = "flare"
    height: Annotated[float, Range(0, 5, "mag")] = 1


class Dip(Setting):
    kind: Literal["dip"] = "dip"
    depth: Annotated[Interval, Range(0, 1)] = (0.1, 0.2)


class Plan(Setting):
    signal: Annotated[Flare | Dip, Field(discriminator="kind")]
    count: Annotated[int, Range(1, 20_000, "curves")] = 1


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"signal": {"kind": "flare", "height": 6}}, "height = 6 is out of range: 0 to 5 mag"),
        ({"signal": Dip(), "count": 0}, "count = 0 is out of range: 1 to 20 000 curves"),
        ({"signal": Dip(), "count": 2.5}, "count = 2.5 can't be used: it must be a whole number"),
        ({"signal": {"kind": "dip", "depth": (0.2, 1.5)}}, r"depth = \(0.2, 1.5\) is out of range: 0 to 1$"),
        ({"signal": {"kind": "dip", "depth": [0.3, 0.2]}}, r"depth = \(0.3, 0.2\) runs backwards"),
        ({"signal": {"kind": "nova"}}, "signal: there is no kind 'nova'; known: 'flare', 'dip'"),
        ({"signal": {"height": 1}}, "signal needs a kind"),
        ({}, "signal is missing"),
        ({"signal": Dip(), "colour": 3}, "colour is not a setting"),
        ({"signal": {"kind": "flare", "height": float("nan")}}, "height = nan is out of range"),
    ],
)
def test_one_line_names_field_value_and_range(values, line):
    with pytest.raises(DesignError, match=line) as refusal:
        Plan(**values)
    assert "\n" not in str(refusal.value)


def test_several_faults_come_in_one_line():
    with pytest.raises(DesignError, match=r"^signal is missing; count = -1 is out of range: 1 to 20 000 curves$"):
        Plan(count=-1)


def test_ranges_can_be_asked_for():
    assert allowed(Flare, "height") == Range(0, 5, "mag")
    assert allowed(Dip, "depth").high == 1


def test_settings_do_not_change():
    with pytest.raises(Exception, match="frozen"):
        Flare().height = 2
