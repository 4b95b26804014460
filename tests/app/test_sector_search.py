"""Searches that are asked for: all sectors together, the rest of a star, and its bad times."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clara_app.hiding import is_shown
from clara_app.panes.ephemeris import EphemerisBar
from clara_app.panes.light_curve import LightCurvePane
from clara_app.panes.periodogram import PeriodogramPane
from clara_app.session import Session
from clara_app.stars import read_star
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris
from tests.app.conftest import Until
from tests.app.made_stars import jittery, put, transiting


def show_parts(session: Session, monkeypatch: pytest.MonkeyPatch, *curves: LightCurve) -> None:
    """Put a star of several sectors on the screen."""
    parts = {curve.target.id: curve for curve in curves}
    stars = {target_id: read_star(target_id, parts.__getitem__) for target_id in parts}
    session.read = lambda target_id, flux: parts[target_id]
    session.sectors = lambda target_id: pd.Series(list(parts), index=[curve.target.sector for curve in curves])
    monkeypatch.setattr(session.server.workspace.targets, "light_curve", parts.__getitem__)
    monkeypatch.setattr(session.server, "star", stars.__getitem__)
    session.show(next(iter(parts)))


def test_known_bad_times_are_shaded_and_searched_when_that_is_ticked(
    session: Session, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    pane, periods = LightCurvePane(session), PeriodogramPane(session)
    assert not is_shown(pane.keep_bad), "the stars of this workspace are simulated"
    first = jittery()
    second = first.with_flux(1e4 + np.random.default_rng(1).normal(0, 3, len(first)))
    second = replace(second, time=first.time + 28, target=replace(first.target, sector=2))
    show_parts(session, monkeypatch, first, second)
    assert is_shown(pane.keep_bad)
    shaded = pane.plot.columns("Bad")
    assert list(shaded["what"]).count("momentum dump") == 11
    assert any(str(what).startswith("pointing jitter") for what in shaded["what"])
    assert list(pane.plot.columns("BadNames")["what"]) == ["pointing jitter"]
    assert "left out: pointing jitter, BTJD 1347–1349.4" in pane.tools.read_out.object
    assert session.star.search.best is None
    for stitched in (False, True):
        session.stitched = stitched
        session.keep_bad = True
        until(session, lambda: not periods.sectors.job.busy)
        assert session.star.search.best.kind == "single event"
        assert session.star.search.left_out == ()
        assert session.epoch_btjd == pytest.approx(1348.0, abs=0.05)
        assert periods.sectors.line.object == ""
        session.keep_bad = False
        until(session, lambda: not periods.sectors.job.busy)
        assert session.star.search.best is None
        assert session.star.search.left_out


@pytest.mark.heavy
def test_stitched_sectors_are_searched_together(
    session: Session, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """A planet with one transit a sector: only together they tell its period."""
    period = 36.4
    rng = np.random.default_rng(4)
    curves = []
    for sector, start in enumerate((0.0, 27.5, 55.0, 82.5), start=1):
        time = start + np.arange(0, 25, 10 / 1440)
        flux = 1 + 3e-4 * rng.normal(size=time.size)
        flux[np.abs((time - 12 + period / 2) % period - period / 2) < 0.12] -= 4e-3
        curves.append(LightCurve(time=time, flux=flux, target=Target(tic=77, sector=sector)))
    pane = PeriodogramPane(session)
    show_parts(session, monkeypatch, *curves)
    assert session.star.search.best.kind == "single event"
    session.stitched = True
    until(session, lambda: not pane.sectors.job.busy)
    assert session.star.search.best.kind == "dips"
    assert session.period_days == pytest.approx(period, abs=0.01)
    assert pane.sectors.line.object == ""
    session.stitched = False
    assert session.star.search.best.kind == "single event"
    assert session.period_days is None


def test_the_search_is_made_again_without_what_is_saved(
    session: Session, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    bar, periods = EphemerisBar(session), PeriodogramPane(session)
    curve = transiting()
    second = Ephemeris(5.9, 2.2, 0.2)
    both = curve.with_flux(curve.flux - 0.002 * (np.abs(second.away_days(curve.time)) < 0.1))
    monkeypatch.setattr(session.server.workspace.targets, "light_curve", lambda target_id: both)
    put(session, both)
    assert session.period_days == pytest.approx(3.3, rel=1e-3)
    assert "Search rest" not in bar.save_buttons.object
    bar.save()
    assert "Search rest" in bar.save_buttons.object
    bar.save_buttons.action("without")
    until(session, lambda: not periods.sectors.job.busy)
    assert (session.without_saved, periods.sectors.line.object) == (True, "")
    assert session.period_days == pytest.approx(5.9, rel=2e-3)
    assert "without the events every 3.3" in session.star.search.summary
