"""The light curve, the periods, the fold and the ephemeris of the selected star: what is drawn and what is changed."""

import numpy as np
import pandas as pd
import pytest

from clara_app.hiding import is_shown
from clara_app.kept_plot import KeptPlot
from clara_app.panes.ephemeris_candidates import ephemeris_candidates, nearest_candidate
from clara_app.panes.facts import links_html
from clara_app.panes.fold import FoldPane, joined_html, measured_html
from clara_app.panes.light_curve import ALL, BESIDE, LightCurvePane, LightCurvePlot
from clara_app.panes.light_curve_tools import facts_of
from clara_app.panes.periodogram import PeriodogramPane, nearest_peak
from clara_app.session import Session
from clara_app.star_view import sectors_of
from clara_app.stars import read_star
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, Peak, Periodogram, detrend, fold, measure_event
from clara_engine.plots.fold import drawn_fold, fold_drawing
from clara_engine.store.known_ephemerides import KnownEphemeris
from clara_engine.studies.joined_event import JoinedEvent
from tests.app.made_stars import DEPTH, TRUE, put, transiting


@pytest.fixture(scope="module")
def curve() -> LightCurve:
    return transiting()


def test_the_light_curve_is_drawn_with_every_finite_sample(session: Session) -> None:
    pane = LightCurvePane(session)
    curve = session.star.light_curve.finite()
    drawn = np.concatenate([pane.plot.columns("Samples")["time"], pane.plot.columns("Flagged")["time"]])
    np.testing.assert_array_equal(np.sort(drawn), np.sort(curve.time))
    ppm = (curve.flux / np.median(curve.flux) - 1) * 1e6
    np.testing.assert_allclose(pane.plot.columns("Samples")["flux"], ppm[curve.quality == 0], rtol=1e-4, atol=0.1)
    assert pane.plot.figure.x_range.start < curve.time.min() < curve.time.max() < pane.plot.figure.x_range.end


def test_panes_say_simulated_and_why_there_is_nothing(session: Session) -> None:
    pane = LightCurvePane(session)
    assert session.star_origin == "SIMULATED"
    session.param.update(target_id="x", **session.values_of(type(session.star)("x", problem="x.fits: <b>truncated")))
    assert pane.problem.object == "x.fits: &lt;b&gt;truncated"
    assert not is_shown(pane.figure), "axes of nothing"
    assert len(pane.plot.columns("Samples")["time"]) == 0


def test_flux_without_a_level_is_drawn_as_it_is_and_the_panes_say_why(session: Session) -> None:
    flux = 6 * np.random.default_rng(2).standard_normal(2000)
    flux += -4 - np.median(flux)
    faint = LightCurve(time=1325 + np.arange(2000) / 144, flux=flux, target=Target(tic=9, cadence_s=600))
    light_curve, periods, folded = LightCurvePane(session), PeriodogramPane(session), FoldPane(session)
    session.star_tab = "period"
    put(session, faint, period_days=3.3, epoch_btjd=1326.0)
    np.testing.assert_allclose(light_curve.plot.columns("Samples")["flux"], flux, rtol=1e-5)
    assert light_curve.plot.figure.yaxis[0].axis_label == "flux (e-/s)"
    why = "its median flux is -4, so there is no depth relative to it"
    assert why in light_curve.tools.read_out.object
    assert why in periods.problem.object
    assert is_shown(periods.problem)
    assert not is_shown(periods.figure)
    assert why in folded.measured.object
    assert not len(folded.plot.columns("Samples")["flux"])
    put(session, transiting())
    assert light_curve.plot.figure.yaxis[0].axis_label == "flux (ppm)"
    assert is_shown(periods.figure)
    assert not is_shown(periods.problem)


def test_flags_gaps_and_events_are_marked(curve: LightCurve) -> None:
    quality = np.zeros(len(curve), np.int32)
    quality[10:13] = 128
    seen = (curve.time < 12) | (curve.time > 14)
    flagged = LightCurve(time=curve.time, flux=curve.flux, target=curve.target, quality=quality).select(seen)
    plot = LightCurvePlot()
    assert "3 flagged" in facts_of(flagged)
    plot.draw(curve=flagged)
    np.testing.assert_array_equal(plot.columns("Flagged")["time"], curve.time[10:13])
    assert plot.columns("Gaps")["from"].size == 1
    plot.draw(ephemeris=TRUE)
    np.testing.assert_allclose(plot.columns("Events")["time"], TRUE.expected_in(0, 26))
    plot.draw(ephemeris=Ephemeris(0.01, 0.0))
    assert not plot.columns("Events")["time"].size  # a mark a pixel tells nothing


def test_detrending_is_a_choice_that_leaves_the_star_as_it_is(session: Session) -> None:
    pane = LightCurvePane(session)
    stored = session.star.light_curve
    session.flux = "detrended"
    assert session.star.light_curve is stored
    np.testing.assert_array_equal(session.curve.flux, detrend(stored).flux)
    assert is_shown(pane.window)
    session.window_days = 3.0
    assert not np.array_equal(session.curve.flux, detrend(stored).flux, equal_nan=True)
    session.flux = "sap"
    assert not np.array_equal(session.curve.flux, stored.flux, equal_nan=True)
    session.flux = "pdcsap"
    assert session.curve is stored


def test_sectors_of_a_star_are_chosen_and_stitched(session: Session) -> None:
    pane = LightCurvePane(session)
    assert not is_shown(pane.sector)
    parts = {part.target.id: part for part in (transiting(sector=1), transiting(sector=2, start=27.0))}
    session.read = lambda target_id, flux: parts[target_id]
    session.sectors = lambda target_id: pd.Series(list(parts), index=[1, 2])
    put(session, next(iter(parts.values())))
    assert is_shown(pane.sector)
    pane.sector.value = ALL
    assert len(session.curve) == sum(len(part) for part in parts.values())
    assert session.curve.span_days > 50
    pane.sector.value = BESIDE
    labels = [plot.figure.xaxis[0].axis_label for plot in pane.besides]
    assert labels == ["sector 1, BTJD (days)", "sector 2, BTJD (days)"]
    shown = [plot.columns("Samples")["time"] for plot in pane.besides]
    assert [len(times) for times in shown] == [len(part.finite()) for part in parts.values()]
    assert shown[0].max() < shown[1].min()
    assert pane.besides[0].figure.y_range is pane.besides[1].figure.y_range
    assert len(pane.besides[1].columns("Events")["time"]) > 0
    assert is_shown(pane.beside)
    assert not is_shown(pane.figure)
    pane.sector.value = session.target_id
    assert session.curve is session.star.light_curve
    assert is_shown(pane.figure)


def test_one_target_a_sector_of_the_same_product_and_star() -> None:
    rows = [
        ("a", 5, "TIC", 1, "SPOC", 120.0),
        ("b", 5, "TIC", 2, "QLP", 1800.0),
        ("c", 5, "TIC", 2, "SPOC", 120.0),
        ("d", 5, "KIC", 3, "Kepler", 1765.0),
        ("e", 5, "TIC", 1, "QLP", 1800.0),
        ("f", 6, "TIC", 3, "SPOC", 120.0),
    ]
    table = pd.DataFrame(rows, columns=["target_id", "tic", "catalogue", "sector", "product", "cadence_s"])
    table = table.set_index("target_id")
    assert sectors_of(table, "a").to_dict() == {1: "a", 2: "c"}
    assert sectors_of(table, "e").to_dict() == {1: "e", 2: "b"}
    assert sectors_of(table, "z").empty


def test_a_click_beside_a_peak_means_the_peak(session: Session) -> None:
    found = Periodogram(np.array([10.0, 5.0]), np.array([0.1, 0.9]), (Peak(5.0, 0.9), Peak(10.0, 0.1)))
    assert nearest_peak(5.2, found) is found.peaks[0]
    assert nearest_peak(7.0, found) is None
    pane = PeriodogramPane(session)
    pane.views.value = "ls"
    best = session.star.periodogram.peaks[0].period_days
    pane.choose(best * 1.01)
    assert session.period_days == pytest.approx(best, abs=1e-6)
    assert session.epoch_btjd == pytest.approx(fold(session.curve, best).epoch_btjd, abs=1e-5)
    assert pane.plot.here.location == session.period_days


def test_the_line_of_the_period_can_be_dragged(session: Session, curve: LightCurve) -> None:
    pane = PeriodogramPane(session)
    put(session, curve)
    epoch = session.epoch_btjd
    assert pane.plot.here.editable
    assert pane.plot.here.location == session.period_days
    pane.plot.here.location = 4.25
    assert (session.period_days, session.epoch_btjd) == (4.25, epoch)
    pane.plot.here.location = 4.1234567
    assert session.period_days == pane.plot.here.location == 4.123457
    pane.plot.mark(None)
    assert not pane.plot.here.editable  # where there is no line, the pointer touches none


def test_the_search_that_decided_is_shown_until_the_user_chooses(session: Session, curve: LightCurve) -> None:
    pane = PeriodogramPane(session)
    put(session, curve)
    assert pane.views.value == "bls"
    assert pane.plot.columns("Peaks")["power"][0] == session.star.search.box.peaks[0].snr
    wave = LightCurve(time=curve.time, flux=1 + 0.01 * np.sin(curve.time * 3), target=Target(tic=8))
    put(session, wave)
    assert pane.views.value == "ls"
    pane.views.value = "list"
    put(session, curve)
    assert pane.views.value == "list"
    assert (is_shown(pane.figure), is_shown(pane.list_box)) == (False, True)
    pane.views.value = "bls"
    assert (is_shown(pane.figure), is_shown(pane.list_box)) == (True, False)


def test_the_list_offers_the_decision_its_half_and_double_and_both_kinds_of_peak(
    session: Session, curve: LightCurve
) -> None:
    pane = PeriodogramPane(session)
    pane.views.value = "list"
    put(session, curve)
    sources = [row[1] for row in pane.table.rows]
    assert sources[:3] == ["best: dips", "half: dips", "double: dips"]
    assert {source.split(",")[0] for source in sources[3:]} >= {"BLS", "LS"}
    assert pane.table.selected == 0
    box = next(place for place, source in enumerate(sources) if source.startswith("BLS"))
    assert pane.table.rows[box][3] == "<1e-9"
    pane.row_clicked(2)
    assert session.period_days == pytest.approx(2 * TRUE.period_days, rel=1e-3)
    assert pane.table.selected == 2


def test_a_single_event_has_no_period_and_is_offered_as_such(session: Session) -> None:
    lone = transiting()
    flux = np.where(np.abs(lone.time - 1.1) > 0.2, np.median(lone.flux), lone.flux)
    noise = np.random.default_rng(2).normal(0, 4e-4, flux.size)
    put(session, LightCurve(time=lone.time, flux=flux + noise, target=lone.target))
    assert session.period_days is None
    assert session.ephemeris.single
    assert session.epoch_btjd == pytest.approx(1.1, abs=0.03)
    pane = FoldPane(session)
    assert "1 event" in pane.measured.object
    assert "hours" in pane.plot.figure.xaxis[0].axis_label
    listed = ephemeris_candidates(session.star, pd.DataFrame())
    assert nearest_candidate(listed, None) == 0
    assert listed[0].texts[0] == "single"


def test_the_fold_follows_the_ephemeris_and_its_view(session: Session, curve: LightCurve) -> None:
    pane = FoldPane(session)
    put(session, curve)
    session.adopt(TRUE)
    expected = fold(curve, TRUE.period_days, TRUE.epoch_btjd, first_phase=-0.25)
    np.testing.assert_allclose(pane.plot.columns("Samples")["place"], expected.phase, atol=1e-6)
    assert pane.plot.columns("Samples")["place"].min() >= -0.25
    assert pane.plot.figure.x_range.end == pytest.approx(0.75)
    pane.view.value = "event"
    assert np.abs(pane.plot.columns("Samples")["place"]).max() <= 24 * 3 * TRUE.duration_days + 1e-6
    inside = np.abs(pane.plot.columns("Bins")["place"]) < 1.5
    assert np.median(pane.plot.columns("Bins")["flux"][inside]) == pytest.approx(-1e6 * DEPTH, rel=0.1)


def test_odd_and_even_events_are_told_apart() -> None:
    time = np.arange(0, 26, 1 / 144)
    even = np.round(TRUE.turns(time)).astype(int) % 2 == 0
    flux = 1 - np.where(np.abs(TRUE.away_days(time)) < TRUE.duration_days / 2, np.where(even, 0.02, 0.01), 0)
    curve = LightCurve(time=time, flux=flux, target=Target(tic=1))
    plot = KeptPlot(fold_drawing)
    plot.draw(shown=drawn_fold(curve, TRUE, "event", apart=True))
    assert plot.columns("Bins")["flux"].min() == pytest.approx(-20_000, rel=1e-6)
    assert plot.columns("Odd")["flux"].min() == pytest.approx(-10_000, rel=1e-6)
    plot.draw(shown=drawn_fold(curve, TRUE, "event"))
    assert not len(plot.columns("Odd")["place"])


def test_what_is_measured_stands_below_with_errors(session: Session, curve: LightCurve) -> None:
    pane = FoldPane(session)
    put(session, curve)
    shown = session.ephemeris
    transit = measure_event(curve, session.star.best)
    assert shown == transit.ephemeris
    assert transit.depth_ppm == pytest.approx(1e6 * DEPTH, rel=0.05)
    assert pane.measured.object == measured_html(transit, shown)
    assert f"<b>{transit.depth_ppm:,.0f}</b> ± {transit.depth_error_ppm:,.0f} ppm" in pane.measured.object
    session.star_tab = "why"
    session.scale_period(2)
    assert pane.measured.object == measured_html(transit, shown)  # hidden, it does nothing


def test_the_catalogue_s_ephemeris_is_offered_and_says_when_nothing_of_it_is_here(curve: LightCurve) -> None:
    star = read_star(curve.target.id, lambda target_id: curve)
    short = KnownEphemeris("TOI", "NASA Exoplanet Archive", Ephemeris(3.3, 1.1, 4 / 24))
    long = KnownEphemeris("EB", "binaries.csv", Ephemeris(54.7, 40.0))
    first, second = ephemeris_candidates(star, pd.DataFrame(), [short, long])[:2]
    assert (first.source, first.ephemeris) == ("TOI catalogue", short.ephemeris)
    assert second.texts[:2] == ["54.7", "EB catalogue: no event here"]


def test_catalogued_periods_are_marked(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    known = (KnownEphemeris("EB", "binaries.csv", Ephemeris(4.4, 1.1)),)
    monkeypatch.setattr(session.server, "known_ephemerides", lambda target_id: known)
    periods = PeriodogramPane(session)
    put(session, transiting())
    assert list(periods.plot.columns("Sources")["name"]) == ["EB"]
    np.testing.assert_array_equal(periods.plot.columns("Known")["period"][:2], [4.4, 4.4])


def test_links_lead_out_safely_and_simulated_stars_have_none(session: Session) -> None:
    row = pd.Series({"tic": 261136679, "catalogue": "TIC", "ra": 84.29, "dec": -80.47, "simulated": False})
    page = links_html(row)
    assert page.count('rel="noopener noreferrer"') == page.count('target="_blank"') == 4
    assert "id=261136679" in page
    assert "84.290000-80.470000" in page
    assert links_html(session.table.iloc[0]) == ""
    assert "ExoFOP" not in links_html(pd.Series({"tic": 757076, "catalogue": "KIC", "simulated": False}))


def test_the_ephemeris_of_the_star_is_measured_as_it_is_and_not_rounded(session: Session, curve: LightCurve) -> None:
    put(session, curve)
    fitted = session.server.transit(curve, session.star.best).ephemeris
    assert session.ephemeris is fitted
    assert fitted.period_days != session.period_days  # what the screen shows is rounded
    session.type_period(2.5)
    assert session.ephemeris.period_days == 2.5


def test_the_fold_says_when_the_orbit_or_the_deeper_dip_is_another() -> None:
    time = np.arange(0, 26, 1 / 144)
    away = [np.abs((time - at + 1.5) % 3.0 - 1.5) for at in (0.5, 2.0)]
    flux = 1 - 0.02 * (away[0] < 0.08) - 0.01 * (away[1] < 0.08) + np.random.default_rng(1).normal(0, 2e-4, time.size)
    curve = LightCurve(time=time, flux=flux, target=Target(tic=1))
    half, deeper, shallower = (Ephemeris(period, at, 0.16) for period, at in ((1.5, 0.5), (3.0, 0.5), (3.0, 2.0)))
    assert "so the orbit is 3 d" in measured_html(measure_event(curve, half), half)
    assert "the deeper dip, at phase 0.500 here: every <b>" in measured_html(measure_event(curve, shallower), shallower)
    fit = measure_event(curve, deeper)
    assert measured_html(fit, deeper).startswith("fitted: every <b>")
    said = measured_html(fit, fit.ephemeris)
    assert said.startswith("every <b>")
    assert "depth <b>20," in said
    assert " ppm at phase 0.500" in said


def test_one_sector_of_several_says_what_all_of_them_measure(curve: LightCurve) -> None:
    measured = measure_event(curve, TRUE)
    said = joined_html(JoinedEvent(measured, ("a", "b", "c")))
    assert "all 3 sectors joined, as in exports: every " in said
    assert f"{len(measured.events)} events" in said
    assert "too unsure" in joined_html(JoinedEvent(measured, ("a",)))
