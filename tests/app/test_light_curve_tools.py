"""Tools on the light curve: marks, steps from event to event, the flux axis, and downloads."""

import re

import numpy as np
import pytest
from bokeh.events import RangesUpdate, SelectionGeometry

from clara_app.hiding import is_shown
from clara_app.panes.ephemeris_candidates import marked_candidates
from clara_app.panes.fold import FoldPane
from clara_app.panes.light_curve import LightCurvePane
from clara_app.panes.light_curve_tools import words_of
from clara_app.read_out import tdb_ahead_s
from clara_app.session import Session
from clara_app.widgets import FileDownload
from clara_engine.lightcurve import LightCurve
from tests.app.made_stars import DEPTH, TRUE, put, transiting


@pytest.fixture
def pane(session: Session) -> LightCurvePane:
    made = LightCurvePane(session)
    session.star_tab = "period"
    put(session, transiting(), period_days=None, epoch_btjd=None)
    return made


def drag(pane: LightCurvePane, start: float, end: float) -> None:
    figure = pane.plot.figure
    event = SelectionGeometry(figure, geometry={"type": "rect", "x0": start, "x1": end, "y0": 0, "y1": 1}, final=True)
    pane.plot.on_marked(event)


def test_a_drag_gives_the_epoch_a_second_one_the_period_and_escape_takes_them_back(
    pane: LightCurvePane, session: Session
) -> None:
    drag(pane, TRUE.epoch_btjd - 0.2, TRUE.epoch_btjd + 0.25)
    assert session.epoch_btjd == pytest.approx(TRUE.epoch_btjd, abs=0.02)
    assert session.duration_days == pytest.approx(TRUE.duration_days, rel=0.3)
    assert session.period_days is None
    said = re.search(r"dip of ([\d,]+) ppm", words_of(session))
    assert said is not None
    assert float(said[1].replace(",", "")) == pytest.approx(1e6 * DEPTH, rel=0.05)
    assert len(pane.plot.columns("Marked")["from"]) == 1
    assert is_shown(pane.tools.clear)
    drag(pane, 7.5, 7.9)
    assert session.period_days == pytest.approx(2 * TRUE.period_days, abs=0.03)
    assert [one.parts for one in session.shared] == [1, 2]
    assert [row.source for row in marked_candidates(session.shared)] == ["marked twice", "marked: 1/2 of it"]
    assert len(pane.plot.columns("Marked")["from"]) == 2
    session.unmark()
    assert (session.period_days, session.epoch_btjd, session.marks) == (None, None, [])
    assert not len(pane.plot.columns("Marked")["from"])
    assert words_of(session) == ""


def test_a_mark_keeps_a_period_that_is_there_and_another_star_has_none(pane: LightCurvePane, session: Session) -> None:
    session.period_days = TRUE.period_days
    drag(pane, 4.2, 4.6)
    assert session.period_days == TRUE.period_days
    assert session.epoch_btjd == pytest.approx(TRUE.epoch_btjd + TRUE.period_days, abs=0.02)
    put(session, transiting(tic=8))
    assert session.marks == []


def test_what_holds_no_samples_is_said(pane: LightCurvePane, session: Session) -> None:
    drag(pane, 40.0, 41.0)
    assert "0 usable samples" in session.notice
    assert session.marks == []
    drag(pane, 4.2, 4.6)
    assert len(session.marks) == 1


def test_steps_go_from_event_to_event_and_say_which(pane: LightCurvePane, session: Session) -> None:
    session.step_event(1)
    assert "no event" in session.notice
    session.adopt(TRUE)
    for places, number in ((1, 1), (1, 2), (-1, 1), (-1, 1)):
        session.step_event(places)
        assert words_of(session).startswith(f"event {number} of 8 · BTJD {TRUE.epoch_btjd + 3.3 * (number - 1):.4f}")
    across, flux = pane.plot.ends
    assert np.mean(across) == pytest.approx(TRUE.epoch_btjd)
    assert across[1] - across[0] == pytest.approx(6 * TRUE.duration_days)
    assert flux[0] < -1e6 * DEPTH
    session.scale_period(2)
    assert session.event_place is None


def test_the_flux_axis_follows_the_view_until_somebody_zooms_into_flux(pane: LightCurvePane, session: Session) -> None:
    figure = pane.plot.figure
    whole = pane.plot.ends[1]
    figure.x_range.update(start=2.0, end=3.5)  # between two transits
    pane.plot.view_moved(RangesUpdate(figure))
    between = pane.plot.ends[1]
    assert whole[0] < -1e6 * DEPTH < between[0]
    figure.y_range.update(start=-50.0, end=50.0)
    pane.plot.view_moved(RangesUpdate(figure))
    assert pane.plot.ends[1] == (-50.0, 50.0)
    assert len(pane.plot.columns("Above")["time"]) > 5
    figure.x_range.update(start=2.0, end=6.0)
    pane.plot.view_moved(RangesUpdate(figure))
    assert pane.plot.ends[1] == (-50.0, 50.0)
    figure.y_range.update(start=figure.y_range.reset_start, end=figure.y_range.reset_end)
    figure.x_range.update(start=figure.x_range.reset_start, end=figure.x_range.reset_end)
    pane.plot.view_moved(RangesUpdate(figure))
    assert pane.plot.ends[1] == pytest.approx(whole)


def test_what_is_shown_can_be_saved(pane: LightCurvePane, session: Session) -> None:
    folded = FoldPane(session)
    csv, fits = pane.tools.downloads
    text = csv.callback().getvalue().decode()
    assert csv.filename == "TIC7-s0001-SPOC-600-light-curve.csv"
    assert "flux: PDCSAP" in text
    assert len(text.splitlines()) > len(session.curve)
    assert fits.callback().getvalue().startswith(b"SIMPLE")
    save = next(tool for tool in folded.__panel__().select(FileDownload) if tool.filename.endswith("fold.csv"))
    assert save.disabled
    session.adopt(TRUE)
    assert not save.disabled
    assert b"period_days: 3.3" in save.callback().getvalue()


def test_the_read_out_knows_where_samples_phase_and_dates_are(pane: LightCurvePane, session: Session) -> None:
    session.adopt(TRUE)
    told = pane.tools.read_out
    assert told.facts["unit"] == "ppm"
    assert (told.facts["period"], told.facts["epoch"]) == (3.3, TRUE.epoch_btjd)
    assert told.samples == pane.plot.source("Samples").id
    assert told.cursor == pane.plot.cursor_id != ""
    assert [round(tdb_ahead_s(day), 3) for day in (-2000.0, 0.0, 1325.0)] == [66.184, 67.184, 69.184]
    session.param.update(curve=None)
    assert isinstance(session.star.light_curve, LightCurve)
    assert "unit" not in told.facts
