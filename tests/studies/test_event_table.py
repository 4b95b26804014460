"""Events of stars that were decided about: which ephemeris, measured once, and why not."""

import shutil

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.periods import Ephemeris, find_periods, measure_event
from clara_engine.studies.event_table import chosen_ephemerides, event_table, next_of_row


@pytest.fixture
def made(trained, tmp_path):
    """Two stars with dips every 2.5 d, one with a period in its verdict, and a quiet one."""
    ws = Workspace.open(shutil.copytree(trained.folder, tmp_path / "ws"))
    ids = ws.targets.ids()
    ws.verdicts.add(ids[0], "planet", author="ann", period_days=2.5)
    ws.verdicts.add(ids[1], "planet", author="ann")
    return ws


def test_a_second_time_nothing_is_measured_again(made, monkeypatch):
    ids = made.targets.ids()[:2]
    before = event_table(made, ids)
    assert before.index.tolist() == ids[:1]
    assert before["period_days"].iloc[0] == pytest.approx(2.5, abs=2e-3)
    monkeypatch.setattr("clara_engine.studies.joined_event.joined_event", None)
    pd.testing.assert_frame_equal(event_table(made, ids), before)
    assert event_table(made, ids, measure=False).index.tolist() == ids[:1]
    made.verdicts.add(ids[0], "planet", author="ann", period_days=5.0)
    assert event_table(made, ids, measure=False).empty  # another period is another event


def test_where_the_measurement_begins(made):
    first, second, third = made.targets.ids()[:3]
    target = made.targets.light_curve(second).target
    made.ephemerides.save(target, Ephemeris(2.5, 1326.2, 0.2), author="ann", name="b")
    found = chosen_ephemerides(made, [first, second, third, "gone"])
    assert {name: start.source for name, start in found.items()} == {first: "verdict", second: "saved: b"}
    assert chosen_ephemerides(made, [third], search=True)[third].source == "search"


def test_what_is_fitted_on_the_page_is_measured_as_there(made):
    first, second = made.targets.ids()[:2]
    page = {}
    for target_id in (first, second):
        curve = made.targets.light_curve(target_id)
        page[target_id] = measure_event(curve, find_periods(curve).best.ephemeris)
    fit = page[first].ephemeris
    made.verdicts.add(first, "planet", author="ann", period_days=round(fit.period_days, 6))
    curve = made.targets.light_curve(second)
    made.ephemerides.save(curve.target, page[second].ephemeris, author="ann", name="b")
    table = event_table(made, [first, second])
    for target_id, event in page.items():
        assert table["depth_ppm"][target_id] == event.depth_ppm
        assert table["period_days"][target_id] == event.ephemeris.period_days


def test_why_there_is_no_measurement(made):
    quiet = made.targets.ids()[5]
    row = event_table(made, [quiet], search=True).iloc[0]
    assert row["problem"] == "no period stands out" or np.isfinite(row["depth_ppm"])
    made.targets.path(made.targets.ids()[1]).exists()
    made.verdicts.add(quiet, "planet", author="ann", period_days=0.001)
    row = event_table(made, [quiet]).iloc[0]
    assert row["problem"]
    assert row["period_days"] == 0.001
    assert next_of_row(row, 1400.0) == ()
