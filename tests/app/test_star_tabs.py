"""Vetting, Gaia and the match with labelled stars: what each tab says of the selected star."""

from collections.abc import Callable
from pathlib import Path

import holoviews as hv
import numpy as np
import pandas as pd
import pytest

from clara_app.areas.star import StarArea
from clara_app.hiding import is_shown
from clara_app.kept_plot import KeptPlot
from clara_app.panes.gaia import EMPTY, SIMULATED, GaiaPane, correlations_html, detectors_html, gaia_html, subsets_html
from clara_app.panes.label_match import LabelMatchPane, held_out_html
from clara_app.panes.light_curve import LightCurvePane
from clara_app.panes.map import MapPane
from clara_app.panes.similar import LABELS, SimilarPane
from clara_app.panes.vetting import VettingPane, outcome_of, vetting_html
from clara_app.session import STAR_TABS, Session
from clara_app.time_axis import TimeAxis
from clara_engine.evaluate.by_part import scores_by_part
from clara_engine.evaluate.population import colour_magnitude
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, VettingResult, measure_event, vet
from clara_engine.plots.centroid import centroid_drawing, drawn_centroid
from clara_engine.studies.population import GIVEN, correlations, separation
from tests.app.made_stars import jittery


def done(session: Session) -> None:
    """Wait for the job asked for last."""
    session.server.queue.wait(session.server.queue.jobs()[-1].id, 60)
    session.poll()


@pytest.fixture
def gaia(session: Session) -> pd.DataFrame:
    """Gaia parameters of the first 20 stars."""
    stars = session.table.index[:20]
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "gaia_g": 10.0,
            "bp_rp": random.uniform(0, 3, 20),
            "parallax_mas": 5.0,
            "parallax_error_mas": 0.05,
            "ruwe": random.uniform(0.9, 2, 20),
        },
        index=stars,
    )
    session.server.workspace.labels.add_parameters(table, "Gaia DR3")
    session.refresh()
    return table


def test_every_tab_of_the_star_is_made_when_it_is_first_opened(session: Session) -> None:
    area = StarArea(session)
    for name in STAR_TABS:
        session.star_tab = name
        assert area.tabs.buttons.value == STAR_TABS[name]
    assert set(area.tabs.made) == set(STAR_TABS.values())


def test_each_test_gives_its_reason_and_failures_come_first() -> None:
    page = vetting_html([VettingResult("size", "pass", "2 < 25"), VettingResult("shape", "fail", "a V")])
    assert "speaks against a planet: shape" in page
    assert "2 &lt; 25" in page
    assert page.index("a V") < page.index("2 &lt; 25")
    assert "nothing speaks against" in vetting_html([VettingResult("size", "pass", "")])


def test_vetting_is_that_of_the_engine_and_waits_until_it_is_seen(session: Session) -> None:
    pane = VettingPane(session)
    assert pane.html.object == ""
    session.adopt(Ephemeris(3.0, session.star.light_curve.finite().time[2000], 0.15))
    session.star_tab = "vetting"
    transit = measure_event(session.curve, session.ephemeris)
    assert pane.html.object == vetting_html(vet(session.curve, transit))
    assert session.server.transit(session.curve, session.ephemeris) is session.server.transit(
        session.curve, session.ephemeris
    )  # every pane of every page has the same fit
    session.param.update(epoch_btjd=None, period_days=None)
    assert "choose a period" in pane.html.object


def test_vetting_asks_whether_it_is_the_telescope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing answers at the address of SkyBoT here."""
    addresses = tmp_path / "archives.toml"
    addresses.write_text('[skybot]\naddress = "http://127.0.0.1:9"\n')
    monkeypatch.setenv("CLARA_ARCHIVES", str(addresses))
    page = outcome_of(measure_event, jittery(), Ephemeris(np.nan, 1348.0, 0.3)).html
    assert "speaks against a planet: bad intervals" in page
    assert "1 of 1 event in pointing jitter, BTJD 1347–1349.4" in page
    assert "an asteroid or comet is possible; ecliptic latitude -5°, near the ecliptic" in page


def test_the_centroid_is_drawn_off_its_drift_with_the_events_shaded() -> None:
    time = np.arange(0, 20, 1 / 144)
    event = Ephemeris(4.0, 2.0, 0.25)
    inside = np.abs(event.away_days(time)) < 0.1
    column = 100 + 0.05 * time + np.where(inside, 0.01, 0) + np.random.default_rng(0).normal(0, 1e-4, time.size)
    curve = LightCurve(
        time=time,
        flux=np.where(inside, 0.99, 1.0),
        target=Target(tic=1),
        centroid_column=column,
        centroid_row=np.full(time.size, 50.0),
    )
    plot = KeptPlot(centroid_drawing)
    plot.draw(shown=drawn_centroid(curve, event))
    drawn = {name: plot.columns(name)["offset"] for name in ("Column", "Row")}
    during = np.abs(event.away_days(plot.columns("Column")["time"])) < 0.08
    assert np.nanmedian(drawn["Column"][during]) == pytest.approx(10, rel=0.2)
    assert np.nanmedian(np.abs(drawn["Column"][~during])) < 1  # the drift goes over 1000
    assert np.nanmax(np.abs(drawn["Row"])) < 1e-6
    assert plot.columns("Events")["from"].size == 5
    assert [item.label.value for item in plot.figure.legend[0].items] == ["column", "row"]
    plot.draw(shown=drawn_centroid(LightCurve(time=time, flux=curve.flux, target=Target(tic=1)), event))
    assert not plot.columns("Row")["time"].size


def test_the_centroid_shares_the_time_axis_of_the_light_curve(session: Session) -> None:
    axis = TimeAxis()
    curve, vetting = LightCurvePane(session, axis), VettingPane(session, axis)
    assert curve.plot.figure.x_range is vetting.plot.figure.x_range is axis.range
    first, last = axis.range.start, axis.range.end
    assert first < session.curve.finite().time.min() < session.curve.finite().time.max() < last
    session.star_tab = "vetting"
    assert (axis.range.start, axis.range.end) == (first, last)
    axis.range.update(start=first + 1, end=first + 2)
    session.period_days = 3.3
    session.dark = True
    assert (axis.range.start, axis.range.end) == (first + 1, first + 2)  # who has zoomed in stays there


def test_without_gaia_data_the_pane_says_where_they_come_from(session: Session) -> None:
    pane = GaiaPane(session)
    session.star_tab = "gaia"
    assert SIMULATED in pane.note.object
    session.origin = ""
    session.param.trigger("star")
    assert EMPTY in pane.note.object


def test_the_diagram_places_every_star_the_selection_and_the_selected_one(session: Session, gaia: pd.DataFrame) -> None:
    session.show(gaia.index[3])
    pane = GaiaPane(session)
    session.star_tab = "gaia"
    rest, ring = (pane.plot.part(hv.Points, place) for place in (0, 1))
    assert len(rest) == 20
    assert ring["bp_rp"][0] == pytest.approx(gaia["bp_rp"].iloc[3])
    assert ring["abs_g"][0] == pytest.approx(10 + 5 * np.log10(0.05))
    session.selection = list(gaia.index[:4])
    assert sorted(pane.plot.part(hv.Points, 1)["target"]) == sorted(gaia.index[:4])
    assert not is_shown(pane.note)
    session.show(session.table.index[25])
    assert [part.group for part in pane.plot.drawn if isinstance(part, hv.Points) and len(part)] == ["Stars", "Chosen"]
    assert "no Gaia magnitude" in pane.html.object


def test_the_diagram_selects_stars_and_the_map_selects_in_it(session: Session, gaia: pd.DataFrame) -> None:
    pane, chart = GaiaPane(session), MapPane(session)
    session.star_tab = "gaia"
    blue = sorted(gaia.index[gaia["bp_rp"] < 1])
    pane.plot.box.event(bounds=(-1.0, -5.0, 1.0, 20.0))
    assert sorted(session.selection) == blue
    assert [star for star in session.table.index if star in session.selection] == session.selection
    assert sorted(chart.plot.given["selection"]) == blue
    assert len(chart.plot.columns("Chosen")["x"]) == len(blue)
    corners = np.array([[1.0, -5.0], [4.0, -5.0], [4.0, 20.0], [1.0, 20.0]])
    pane.plot.lasso.event(geometry=corners)
    assert sorted(session.selection) == sorted(gaia.index[gaia["bp_rp"] >= 1])
    chart.drawn_around(blue[:2])
    assert sorted(pane.plot.part(hv.Points, 1)["target"]) == blue[:2]
    wanted = gaia.index[7]
    pane.plot.tap.event(x=float(gaia["bp_rp"].iloc[7]), y=float(pane.places.loc[wanted, "abs_g"]))
    assert session.target_id == wanted
    pane.plot.tap.event(x=100.0, y=100.0)
    assert session.target_id == wanted


def test_a_poor_astrometric_fit_is_pointed_out() -> None:
    row = pd.Series({"ruwe": 2.5, "parallax_mas": 4.0, "parallax_error_mas": 1.0, "gaia_g": 9.0, "bp_rp": 1.0})
    place = colour_magnitude(row.to_frame("a").T).loc["a"]
    page = gaia_html(row, place, {"gaia_non_single": "eclipsing<"})
    assert "perhaps not single" in page
    assert "4.000 ± 1.000 mas" in page
    assert "uncertain by more than 20%" in page
    assert "eclipsing&lt;" in page


@pytest.mark.heavy
def test_the_score_is_correlated_as_a_job_and_shown_with_interval_and_chance(
    session: Session, gaia: pd.DataFrame, after_restart: Callable[[], Session]
) -> None:
    pane = GaiaPane(session)
    session.star_tab = "gaia"
    pane.views.value = "population"
    assert is_shown(pane.button)
    pane.press()
    done(session)
    table = correlations(session.server.workspace, session.run, given=GIVEN)
    assert pane.html.object == correlations_html(table, session.run.name)
    assert "partial: at given T magnitude, noise (not crowding, which no star here has);" in pane.html.object
    assert "by chance 0" in pane.html.object
    assert pane.button.label == "Correlate again"
    later = after_restart()
    again = GaiaPane(later)
    again.views.value, later.star_tab = "population", "gaia"
    assert again.html.object == pane.html.object
    unknown = table.assign(rho=np.nan, reason="not in <this> workspace")
    assert "not in &lt;this&gt; workspace" in correlations_html(unknown, "<run>")


@pytest.mark.heavy
def test_other_scores_are_correlated_and_scores_compared_by_camera(session: Session, gaia: pd.DataFrame) -> None:
    pane = GaiaPane(session)
    session.star_tab = "gaia"
    pane.views.value = "population"
    pane.score.value = "weirdness"
    pane.press()
    done(session)
    assert "weirdness, by chance 0" in pane.html.object
    pane.score.value = "anomaly_score"
    assert "Correlate tells" in pane.html.object
    pane.views.value = "camera"
    assert "no light curve here says its camera and ccd" in pane.html.object
    parts = pd.DataFrame({"camera": 1, "ccd": np.arange(len(session.table)) % 2}, index=session.table.index)
    table = scores_by_part(session.table["anomaly_score"], parts, ["camera", "ccd"])
    page = detectors_html(table, "<run>", "anomaly_score")
    assert page.count("<tr>") == 3
    assert "&lt;run&gt;" in page
    pane.score.value = "wrss"
    assert "has no wrss" in pane.html.object
    pane.views.value = "star"
    assert not is_shown(pane.score)


@pytest.mark.heavy
def test_parameters_that_set_stars_apart_are_searched(session: Session, after_restart: Callable[[], Session]) -> None:
    pane = GaiaPane(session)
    session.star_tab = "gaia"
    pane.views.value = "subsets"
    assert pane.button.label == "Search"
    pane.press()
    done(session)
    names = pane.names()
    table = separation(session.server.workspace, names)
    assert len(names) >= 2
    assert pane.html.object == subsets_html(table)
    assert f"<td>{table['silhouette'].iloc[0]:.2f}</td><td>{table['chance'].iloc[0]:.2f}</td>" in pane.html.object
    later = after_restart()
    again = GaiaPane(later)
    again.views.value, later.star_tab = "subsets", "gaia"
    assert again.html.object == pane.html.object


def test_a_star_is_matched_with_labelled_ones_and_the_match_is_tested(
    session: Session, after_restart: Callable[[], Session]
) -> None:
    pane = LabelMatchPane(session)
    session.star_tab = "similar"
    assert pane.family.value == "truth"
    pane.press()
    done(session)
    matches = session.jobs[-1].result
    row = matches.table.set_index("target_id").loc[session.target_id]
    assert f"<b>{row['label']}</b>" in pane.html.object
    assert held_out_html(matches.held_out) in pane.html.object
    assert pane.see.visible
    later = after_restart()
    again = LabelMatchPane(later)
    later.star_tab = "similar"
    assert again.html.object == pane.html.object
    pane.see_reference()
    assert session.target_id == row["reference_id"]
    pane.mode.value = "published"
    assert "Match tells" in pane.html.object


def test_labelled_stars_are_the_second_view_of_similar_stars(session: Session) -> None:
    pane = SimilarPane(session)
    pane.tabs.buttons.value = LABELS
    assert isinstance(pane.tabs.made[LABELS], LabelMatchPane)
    assert not is_shown(pane.select)


def test_a_wide_screen_shows_the_views_at_once_while_vetting(session: Session) -> None:
    area = StarArea(session)
    assert list(area.tabs.made) == ["Period"]
    session.wide = True
    assert (session.views, list(area.tabs.made)) == (["period"], ["Period"])  # not in Explore
    session.area = "vet"
    assert set(area.tabs.made) == {"Period", "What is it?", "Why strange", "Gaia"}
    assert all(is_shown(body) for body in area.tabs.bodies.values())
    session.star_tab = "similar"
    assert [title for title, body in area.tabs.bodies.items() if is_shown(body)] == ["Similar stars"]
    session.star_tab = "gaia"
    assert sum(is_shown(body) for body in area.tabs.bodies.values()) == 4
    session.area = "explore"
    assert [title for title, body in area.tabs.bodies.items() if is_shown(body)] == ["Gaia"]
