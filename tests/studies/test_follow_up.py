"""The list for follow-up: measured events, the next ones, sectors that see them, and what is known."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from clara_engine import Workspace
from clara_engine.archives.manifest import Pointing, PointingTable
from clara_engine.errors import WorkspaceError
from clara_engine.periods import Ephemeris
from clara_engine.periods.next_events import utc_of
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.studies.event_table import event_table
from clara_engine.studies.follow_up import FOLLOW_UP_COLUMNS, follow_up, last_verdicts
from tests.small_workspace import star

NOW = datetime(2026, 12, 1, tzinfo=UTC)
IDS = [f"{tic}-s0001-TESS-SPOC-600" for tic in (71, 72, 73)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three observed stars with dips every 2.5 d, of which the second is faint."""
    folder = tmp_path_factory.mktemp("follow_up")
    for tic, tmag in ((71, 9.2), (72, 12.5), (73, 9.9)):
        curve = star(tic, seed=tic, dip=0.01 if tic != 73 else 0.003)
        target = replace(curve.target, simulated=False, tmag=tmag, ra=270.0, dec=66.56)
        write_spoc(replace(curve, target=target), folder / spoc_file_name(target))
    ws = Workspace.open(folder / "ws")
    ws.ingest([folder])
    for target_id in IDS:
        ws.verdicts.add(target_id, "planet", author="ann", run_id=None, period_days=2.5)
    return ws


def test_everything_is_there_with_its_error(made):
    table = follow_up(made, now=NOW)
    assert list(table) == list(FOLLOW_UP_COLUMNS)
    assert list(table["tic"]) == [71, 73, 72]  # both of 9 mag, the surer first; then the faint one
    assert list(table["next_event_error_hours"].head(2)) == sorted(table["next_event_error_hours"].head(2))
    row = table.iloc[0]
    assert row["period_days"] == pytest.approx(2.5, abs=2e-3)
    assert row["depth_ppm"] == pytest.approx(10_000, rel=0.1)
    assert row["duration_hours"] == pytest.approx(4.8, rel=0.1)
    after = datetime.fromisoformat(row["next_event_utc"])
    assert 0 <= (after - NOW).total_seconds() < 2.51 * 86400
    assert utc_of(row["next_event_btjd"]) == after
    # More than a thousand periods later the error of the period is nearly all of it.
    periods = (row["next_event_btjd"] - row["epoch_btjd"]) / row["period_days"]
    assert row["next_event_error_hours"] == pytest.approx(24 * periods * row["period_days_error"], rel=0.01)
    assert (row["label"], row["author"], row["sector"], row["name"]) == ("planet", "ann", 1, "TIC 71")
    assert row["known_as"] == ""
    assert "117" in row["sectors_to_come"].split()  # the pole of the ecliptic


def test_the_sector_that_sees_the_next_event(made):
    measured = event_table(made, IDS[:1]).iloc[0]
    first = float(measured["epoch_btjd"])
    turn = round((2900.0 - first) / measured["period_days"])
    middle = first + turn * measured["period_days"]
    day = utc_of(middle).date()
    ahead = {"ra": 270.0, "dec": 66.56 - 12.0, "roll": 0.0}  # the third camera looks north of the boresight
    inside = Pointing(number=1, start=day, end=date.fromordinal(day.toordinal() + 12), **ahead)
    later = Pointing(number=2, start=inside.end, end=date.fromordinal(inside.end.toordinal() + 12), **ahead)
    now = utc_of(middle - 0.3)
    table = PointingTable.model_construct(source="test", read=day, pointing=(inside, later))
    row = follow_up(made, now=now, table=table).set_index("tic").loc[71]
    assert (row["next_event_sector"], row["seen_event_sector"], row["sectors_to_come"]) == (1, 1, "1 2")
    assert row["seen_event_utc"] == row["next_event_utc"]
    only_later = PointingTable.model_construct(source="test", read=day, pointing=(later,))
    row = follow_up(made, now=now, table=only_later).set_index("tic").loc[71]
    assert (row["next_event_sector"], row["seen_event_sector"]) == (0, 2)
    assert datetime.fromisoformat(row["seen_event_utc"]).date() >= later.start


def test_orders_and_labels(made):
    surest = follow_up(made, now=NOW, order="error")["next_event_error_hours"]
    assert list(surest) == sorted(surest)
    soonest = follow_up(made, now=NOW, order="time")["next_event_btjd"]
    assert list(soonest) == sorted(soonest)
    assert follow_up(made, ["flare"], now=NOW).empty
    with pytest.raises(WorkspaceError, match="no label 'comet'"):
        follow_up(made, ["comet"], now=NOW)
    with pytest.raises(WorkspaceError, match="no order 'name': choose brightness, error, time"):
        follow_up(made, order="name")


def test_the_last_verdict_of_a_star_counts_and_a_saved_ephemeris_is_preferred(made):
    other = made.verdicts.add(IDS[1], "instrument", author="bob")
    assert IDS[1] not in set(last_verdicts(made)["target_id"])
    assert IDS[1] in set(last_verdicts(made, ["instrument"])["target_id"])
    made.verdicts.undo(author="bob")
    assert other
    target = made.targets.light_curve(IDS[1]).target
    made.ephemerides.save(target, Ephemeris(5.0, 1328.7, 0.2), author="ann", name="twice")
    row = event_table(made, [IDS[1]]).iloc[0]
    assert row["ephemeris"] == "saved: twice"
    assert row["period_days"] == pytest.approx(5.0, abs=5e-3)
    made.ephemerides.save(target, Ephemeris(7.7, 1328.7, 0.2), author="ann", name="twice")
    assert event_table(made, [IDS[1]]).iloc[0]["ephemeris"] == "verdict"  # another period than was on the screen


def test_what_can_not_be_measured_says_why(made):
    made.verdicts.add(IDS[2], "planet", author="ann", period_days=None)
    row = follow_up(made, now=NOW).set_index("tic").loc[73]
    assert row["problem"] == "no period was kept"
    assert np.isnan(row["period_days"])
    assert row["next_event_utc"] == ""
    made.verdicts.undo(author="ann")
    searched = event_table(made, [IDS[2], "gone"], search=True)
    assert searched.index.tolist() == [IDS[2]]
