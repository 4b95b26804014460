"""The list for follow-up and the line of what is known, without a browser."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from clara_app.hiding import is_shown
from clara_app.panes.catalogues import GIVES
from clara_app.panes.follow_up import COLUMNS, FollowUpPane, cells
from clara_app.panes.known_line import KnownLine, known_html, next_event_text, sectors_text
from clara_app.panes.verdict import history_html
from clara_app.server import Server
from clara_app.session import Session
from clara_engine.archives.footprint import Seen
from clara_engine.periods import Ephemeris, measure_transit
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.studies.crossmatch import ALL_SERVICES, crossmatch
from clara_engine.studies.follow_up import FOLLOW_UP_COLUMNS
from clara_engine.studies.known import Known
from clara_engine.workspace import Workspace
from tests.small_workspace import star


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An observed star with dips every 2.5 d that is a TOI, vetted as a planet."""
    place = tmp_path_factory.mktemp("follow_up")
    curve = star(71, seed=71, dip=0.01)
    target = replace(curve.target, simulated=False, tmag=9.2, ra=270.0, dec=66.56)
    write_spoc(replace(curve, target=target), place / spoc_file_name(target))
    ws = Workspace.open(place / "ws")
    ws.ingest([place])
    toi = place / "toi.csv"
    toi.write_text("tid,toi,tfopwg_disp,pl_orbper,pl_tranmid\n71,5.01,PC,2.5,2458326.2\n")
    crossmatch(ws, (), tables={"toi": toi})
    ws.verdicts.add(ws.targets.ids()[0], "planet", author="ann", period_days=2.5)
    return ws.folder


@pytest.fixture
def page(folder):
    server = Server(Workspace.open(folder))
    yield Session(server, author="tester")
    server.close()


def test_the_list_is_made_and_saved(page, until):
    pane = FollowUpPane(page)
    until(page, lambda: len(pane.table))
    row = dict(zip([name for name, *_ in COLUMNS], pane.list.rows[0], strict=True))
    assert (row["star"], row["label"], row["known"]) == ("TIC 71", "planet", "TOI-5.01")
    assert float(row["period"]) == pytest.approx(2.5, abs=2e-3)
    assert "117" in row["sectors"]
    assert pd.read_csv(io.BytesIO(pane.content(".csv")))["tic"].tolist() == [71]
    assert "TOI5.01|newparams|PC" in pane.form
    assert not pane.upload.disabled
    pane.row_clicked(0)
    assert page.requested == pane.table["target_id"][0]
    assert pane.list.selected == 0


def test_nobody_was_vetted(session, until):
    pane = FollowUpPane(session)
    until(session, lambda: not pane.making.busy)
    assert (pane.list.rows, pane.upload.disabled) == ([], True)


def test_the_line_of_a_star(page):
    line = KnownLine(page)
    said = line.html.object
    assert is_shown(line.html)
    assert "known: TOI-5.01, planet candidate, P 2.5 d (same as found)" in said
    assert "2021ApJS..254...39G" in said
    assert "not asked yet: CTOI, TESS EB, VSX, Gaia variables" in said
    assert "next event 20" in said
    assert "sectors to come: 1" in said


def test_simulated_stars_have_no_line(session):
    assert not is_shown(KnownLine(session).html)


def test_words_of_what_comes_next():
    curve = star(5, seed=5, dip=0.01)
    measured = measure_transit(curve, Ephemeris(2.5, 1326.2, 0.2))
    soon = datetime(2018, 8, 30, tzinfo=UTC)
    assert " UTC ± " in next_event_text(measured, soon)
    assert "its error is not known" in next_event_text(replace(measured, period_error_days=np.nan), soon)
    assert "lost" in next_event_text(replace(measured, period_error_days=0.1), datetime(2026, 1, 1, tzinfo=UTC))
    single = replace(measured, ephemeris=replace(measured.ephemeris, period_days=np.nan))
    assert next_event_text(single, soon) == ""
    seen = [Seen(number, 1, date(2027, 1, 1), date(2027, 2, 1)) for number in range(111, 119)]
    assert sectors_text(seen, 134).endswith("116 (Jan 2027) and 2 more")
    assert sectors_text([], 134) == "in no sector to come (known to 134)"
    assert "not asked yet: TOI" in known_html(Known())


def test_a_verdict_shows_what_was_on_the_screen():
    said = pd.DataFrame(
        {
            "retracts": [None],
            "created": [0.0],
            "period_days": [2.5],
            "note": [""],
            "label": ["planet"],
            "author": ["ann"],
            "standing": [True],
            "run_id": ["r1"],
            "sector": [7],
        }
    )
    text = history_html(said, {"r1": "first"})
    assert "sector 7 · run first · P 2.5 d" in text
    assert "run r1" in history_html(said)


def test_every_service_has_words_on_the_page():
    assert set(GIVES) == set(ALL_SERVICES)


def test_cells_of_a_star_without_anything():
    row = dict.fromkeys(FOLLOW_UP_COLUMNS, "") | dict.fromkeys(
        ("tmag", "period_days", "depth_ppm", "next_event_error_hours"), np.nan
    )
    assert cells(pd.DataFrame([row | {"problem": "no period was kept"}]))[0][4] == "no period was kept"
