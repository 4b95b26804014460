"""The ephemeris on the screen: typed, halved, fitted, saved, and none where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from clara_app.hiding import is_shown
from clara_app.panes.ephemeris import EphemerisBar
from clara_app.panes.facts import FactsPane
from clara_app.panes.fold import FoldPane
from clara_app.panes.periodogram import PeriodogramPane
from clara_app.panes.verdict import VerdictPane
from clara_app.session import Session
from clara_engine.lightcurve import LightCurve, Target
from tests.app.made_stars import TRUE, put, transiting


@pytest.fixture(scope="module")
def curve() -> LightCurve:
    return transiting()


def test_no_period_is_made_up_and_a_typed_one_is_the_user_s_own(session: Session) -> None:
    bar, facts, periods = EphemerisBar(session), FactsPane(session), PeriodogramPane(session)
    folded, verdict = FoldPane(session), VerdictPane(session)
    session.star_tab = "period"
    time = np.arange(0, 26, 1 / 144)
    noise = 1e4 * (1 + np.random.default_rng(5).normal(0, 4e-4, time.size))
    put(session, LightCurve(time=1325 + time, flux=noise, target=Target(tic=8, sector=1, cadence_s=600)))
    assert (session.period_days, session.ephemeris, bar.period.value, bar.period.placeholder) == (
        None,
        None,
        None,
        "no period",
    )
    assert "No period: neither dips nor a variation stand out of the noise." in facts.html.object
    assert "Highest peaks, as such: Lomb–Scargle" in facts.html.object
    assert is_shown(periods.nothing_found)
    assert not len(folded.plot.columns("Samples")["flux"])
    assert not is_shown(folded.figure), "axes of nothing"
    session.scale_period(0.5)
    assert session.period_days is None
    assert verdict.entry.period_days is None
    bar.period.value = 2.5
    assert (session.period_days, session.period_typed, bar.whose.object) == (2.5, True, "your period")
    assert session.epoch_btjd is not None
    assert len(folded.plot.columns("Samples")["flux"])
    assert is_shown(folded.figure)
    assert verdict.entry.period_days == 2.5
    bar.period.value = None
    assert (session.period_days, session.ephemeris, bar.whose.object) == (None, None, "period")
    put(session, transiting())
    assert (session.period_typed, bar.whose.object, is_shown(periods.nothing_found)) == (False, "period", False)
    assert "Repeated dips every 3.3" in facts.html.object
    session.scale_period(2)
    assert (session.period_typed, bar.whose.object) == (True, "your period")


def test_an_epoch_of_a_star_of_kepler_s_may_be_typed_in_its_days(session: Session, curve: LightCurve) -> None:
    bar = EphemerisBar(session)
    put(session, replace(curve, time=curve.time - 2950, target=replace(curve.target, catalogue="KIC")))
    for typed in (541.25, 541.25 - 2167, 541.25 + 2454833):
        bar.epoch.value = typed
        assert session.epoch_btjd == bar.epoch.value == 541.25 - 2167


def test_the_period_is_edited_halved_fitted_saved_shown_and_removed(session: Session, curve: LightCurve) -> None:
    bar, periods = EphemerisBar(session), PeriodogramPane(session)
    periods.views.value = "list"
    put(session, curve)
    bar.period.value = 6.6
    assert (session.period_days, "disabled" in bar.scale.object) == (6.6, False)
    session.scale_period(0.5)
    assert bar.period.value == 3.3
    bar.epoch.value = 1.13
    assert session.epoch_btjd == 1.13
    bar.refine()
    assert session.epoch_btjd == pytest.approx(TRUE.epoch_btjd, abs=0.005)
    assert session.duration_days == pytest.approx(TRUE.duration_days, abs=0.02)
    bar.title.value = "mine"
    bar.save()
    kept = session.ephemeris
    assert periods.table.rows[0][1] == "saved: mine"
    assert bar.saved
    assert "Remove" in bar.save_buttons.object
    session.scale_period(2)
    assert "Remove" not in bar.save_buttons.object
    bar.save()
    assert [row[1] for row in periods.table.rows[:2]] == ["saved: mine", "saved: 1"]
    periods.row_clicked(0)
    assert session.ephemeris == kept
    bar.remove()
    assert periods.table.rows[0][1] == "saved: 1"
    standing = session.server.workspace.ephemerides.of(curve.target)
    assert standing["author"].tolist() == ["tester"]


def test_save_pressed_while_a_fit_is_under_way_keeps_what_the_fit_finds(
    session: Session, curve: LightCurve, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = EphemerisBar(session)
    put(session, curve)
    bar.period.value = 3.3004
    fit = session.server.transit

    def pressed_meanwhile(*given: object) -> object:
        bar.title.value = "b"
        bar.save()
        return fit(*given)

    monkeypatch.setattr(session.server, "transit", pressed_meanwhile)
    bar.refine()
    saved = session.server.workspace.ephemerides.of(curve.target)
    assert saved["name"].tolist() == ["b"]
    assert round(saved["period_days"].item(), 6) == session.period_days != 3.3004
    assert bar.saved
    assert "Remove" in bar.save_buttons.object


def test_fit_and_save_pressed_while_the_page_fits_keep_what_it_finds(session: Session, curve: LightCurve) -> None:
    """The page fits what its search found: a second fit beside would end on what is no longer on the screen."""
    bar, compute, asked = EphemerisBar(session), session.compute, []
    session.compute = lambda *given: asked.append(given)
    put(session, curve)
    assert session.to_fit is not None
    bar.refine()
    bar.title.value = "b"
    bar.save()
    assert session.server.workspace.ephemerides.of(curve.target).empty
    session.compute = compute
    for given in asked:
        session.compute(*given)
    saved = session.server.workspace.ephemerides.of(curve.target)
    assert saved["name"].tolist() == ["b"]
    fit = session.server.transit(curve, session.star.best).ephemeris
    assert saved["period_days"].item() == pytest.approx(fit.period_days, abs=1e-9)


def test_a_given_period_keeps_the_epoch_of_the_star(session: Session, curve: LightCurve) -> None:
    put(session, curve)
    epoch = session.epoch_btjd
    session.period_days = 5.0
    assert session.epoch_btjd == epoch
    session.period_days = 0.1
    assert np.isnan(session.ephemeris.duration_days)  # an event of 3.8 h does not fit into 2.4 h
    assert epoch == pytest.approx(TRUE.epoch_btjd, abs=1e-3)


def test_a_star_with_an_epoch_leaves_the_line_about_what_happened_last(session: Session, curve: LightCurve) -> None:
    bar = EphemerisBar(session)
    session.notice = "planets: 0 of 2 in the top 5 % before, 1 now (chance 0.1)"
    put(session, curve)
    assert bar.epoch.value == session.epoch_btjd
    assert session.notice.startswith("planets")
    bar.epoch.value = 1e9
    assert session.notice
    assert not session.notice.startswith("planets")  # the reason stays, with the older epoch in the field
    bar.epoch.value = session.epoch_btjd + 0.01
    assert session.notice == ""
