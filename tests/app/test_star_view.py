"""A star has one period: that of the fit, where a search has found dips; what somebody names stays as it is named."""

from dataclasses import replace

import numpy as np
import pytest

from clara_app.address import Address, query_of
from clara_app.panes.ephemeris import EphemerisBar
from clara_app.panes.fold import FoldPane
from clara_app.panes.periodogram import PeriodogramPane
from clara_app.panes.verdict import VerdictPane
from clara_app.panes.vetting import VettingPane
from clara_app.session import Session
from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, Transit, measure_event
from tests.app.made_stars import TRUE, put, transiting


@pytest.fixture(scope="module")
def curve() -> LightCurve:
    return transiting()


@pytest.fixture
def planet(session: Session) -> str:
    """A star of the workspace whose search found dips that the fit moves; it has not been on the screen yet."""
    star_of = session.server.star
    for target_id in session.order[1:]:
        best = star_of(target_id).best
        if best is not None and np.isfinite(best.period_days) and np.isfinite(best.duration_days):
            fit = session.server.transit(star_of(target_id).light_curve, best)
            if fit.converged and round(fit.ephemeris.period_days, 6) != round(best.period_days, 6):
                return target_id
    raise AssertionError("no such star")


def test_field_fold_list_mark_verdict_and_link_have_the_fitted_period(session: Session, curve: LightCurve) -> None:
    bar, fold, periods = EphemerisBar(session), FoldPane(session), PeriodogramPane(session)
    periods.views.value = "list"
    put(session, curve)
    best = session.star.best
    fit = measure_event(curve, best).ephemeris
    shown = f"{fit.period_days:.6f}"
    assert shown != f"{best.period_days:.6f}"
    assert f"{bar.period.value:.6f}" == shown
    assert fold.measured.object.startswith(f"every <b>{shown}</b> ±")
    assert periods.table.rows[0][:2] == [f"{fit.period_days:.5g}", "best: dips"]
    assert periods.table.selected == 0
    assert f"{periods.plot.here.location:.6f}" == shown
    assert f"period={session.period_days}" in query_of(session)
    assert not session.period_typed
    session.give_verdict("planet", target_id=session.order[0])
    assert f"{session.server.workspace.verdicts.history().iloc[-1]['period_days']:.6f}" == shown


def test_the_panes_measure_once_and_wait_for_the_fit(session: Session, curve: LightCurve) -> None:
    asked: list[Ephemeris] = []
    panes = FoldPane(session), VettingPane(session)
    session.param.update(wide=True, area="vet")
    measure = session.measure

    def measured(light_curve: LightCurve, ephemeris: Ephemeris) -> Transit:
        asked.append(ephemeris)
        assert "measuring" in panes[0].measured.object
        assert "testing" in panes[1].html.object
        return measure(light_curve, ephemeris)

    session.measure = measured
    put(session, curve)
    assert asked == [session.star.best]
    assert "every" in panes[0].measured.object
    assert "speaks against a planet" in panes[1].html.object


def test_a_period_that_was_typed_meanwhile_stays(session: Session, curve: LightCurve) -> None:
    bar, fold, measure = EphemerisBar(session), FoldPane(session), session.measure

    def typed_meanwhile(*given: object) -> Transit:
        bar.period.value = 3.3005
        return measure(*given)

    session.measure = typed_meanwhile
    put(session, curve)
    assert (session.period_days, bar.whose.object) == (3.3005, "your period")
    assert fold.measured.object.startswith("fitted: every <b>3.3000")


def test_what_is_typed_while_the_star_is_read_stays(session: Session, planet: str) -> None:
    other = next(target_id for target_id in session.order if target_id != planet)
    bar, compute, asked = EphemerisBar(session), session.compute, []
    session.compute = lambda *given: asked.append(given)
    session.target_id = planet  # as a link does
    bar.period.value = 3.3005
    bar.epoch.value = 1326.5
    assert "disabled" in bar.save_buttons.object  # there is nothing yet to keep it with
    session.compute = compute
    for given in asked:
        session.compute(*given)
    assert session.star.light_curve is not None
    assert (session.period_days, session.epoch_btjd) == (bar.period.value, bar.epoch.value) == (3.3005, 1326.5)
    assert bar.whose.object == "your period"
    assert "disabled" not in bar.save_buttons.object
    session.show(other)
    assert bar.period.value != 3.3005


def test_what_is_typed_before_the_next_star_comes_is_of_the_star_on_the_screen(session: Session, planet: str) -> None:
    bar, compute, asked = EphemerisBar(session), session.compute, []
    session.compute = lambda *given: asked.append(given)
    session.show(planet)
    bar.period.value = 3.3005
    session.compute = compute
    for given in asked:
        session.compute(*given)
    assert session.star.target_id == planet
    assert bar.period.value != 3.3005


@pytest.mark.parametrize("made", ["fails", "does not converge"])
def test_without_a_fit_the_period_is_that_of_the_search(session: Session, curve: LightCurve, made: str) -> None:
    def measured(light_curve: LightCurve, ephemeris: Ephemeris) -> Transit:
        if made == "fails":
            raise FeatureError("nothing to fit")
        found = replace(measure_event(light_curve, ephemeris), epoch_error_days=np.nan)
        return replace(found, ephemeris=replace(found.ephemeris, period_days=9.9))

    session.measure = measured
    put(session, curve)
    assert session.ephemeris is session.star.best
    assert session.to_fit is None


def test_a_chosen_peak_is_fitted_and_a_saved_ephemeris_stays_as_named(session: Session, curve: LightCurve) -> None:
    bar, periods = EphemerisBar(session), PeriodogramPane(session)
    put(session, curve)
    fit = session.ephemeris
    session.adopt(TRUE)
    assert session.ephemeris is TRUE
    bar.title.value = "mine"
    bar.save()
    periods.views.value = "list"
    peak = next(row for row, listed in enumerate(periods.listed) if listed.source == "BLS")
    periods.row_clicked(peak)
    assert session.ephemeris is fit
    periods.views.value = "bls"
    periods.choose(TRUE.period_days)
    assert session.ephemeris is fit
    periods.views.value = "list"
    double = next(row for row, listed in enumerate(periods.listed) if listed.source == "double: dips")
    periods.row_clicked(double)
    assert session.ephemeris == measure_event(curve, periods.listed[double].ephemeris).ephemeris
    periods.row_clicked(0)
    assert periods.listed[0].source == "saved: mine"
    assert session.ephemeris == TRUE


def test_save_pressed_while_the_star_is_being_fitted_keeps_the_fit(session: Session, curve: LightCurve) -> None:
    bar, measure = EphemerisBar(session), session.measure

    def pressed_meanwhile(*given: object) -> Transit:
        bar.save()
        return measure(*given)

    session.measure = pressed_meanwhile
    put(session, curve)
    saved = session.server.workspace.ephemerides.of(curve.target)
    assert saved["period_days"].tolist() == [session.ephemeris.period_days]


def test_a_link_to_the_fit_is_of_the_star_s_own_period_and_another_one_stays(session: Session, planet: str) -> None:
    session.show(planet)
    link, fit = query_of(session), session.ephemeris
    best = session.star.best
    other = Session(session.server, author="other")
    Address(other, link)
    assert (other.ephemeris, other.period_typed) == (fit, False)
    named = link.replace(f"period={session.period_days}", f"period={best.period_days:.6f}")
    assert named != link
    Address(other := Session(session.server, author="other"), named)
    assert (other.period_days, other.period_typed) == (round(best.period_days, 6), True)


def test_a_verdict_has_the_period_on_the_screen_before_the_fit_too(session: Session, curve: LightCurve) -> None:
    """In the second before the fit has come the field shows the period of the search, and the verdict keeps that."""
    bar, verdict, measure = EphemerisBar(session), VerdictPane(session), session.measure
    target_id, shown = session.order[0], []

    def give() -> None:
        shown.append(bar.period.value)
        assert verdict.entry.period_days == bar.period.value  # what the browser sends
        session.give_verdict("planet", target_id=target_id, period_days=verdict.entry.period_days)

    def judged_meanwhile(*given: object) -> Transit:
        give()
        return measure(*given)

    session.measure = judged_meanwhile
    put(session, curve)
    give()
    assert shown == [
        round(at.period_days, 6) for at in (session.star.best, measure(curve, session.star.best).ephemeris)
    ]
    assert shown[0] != shown[1]
    kept = session.server.workspace.verdicts.history()["period_days"].tolist()
    assert kept[-2:] == shown
