"""The Compare area without a browser: auto-steer, the published joint score."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from clara_app.compared_runs import ComparedRuns
from clara_app.panes.autosteer import AutoSteerPane
from clara_app.panes.ranking import shown_columns
from clara_app.panes.wrss import WrssPane
from clara_app.session import Session
from clara_engine.evaluate.wrss import wrss


def done(session: Session) -> None:
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 200)
    session.poll()


def test_wrss_is_that_of_the_engine_and_says_what_it_depends_on(session: Session, spec) -> None:
    compared = ComparedRuns(session)
    pane = WrssPane(session, compared)
    assert "Retrain makes another" in pane.text.object
    session.retrain(spec(name="second", seed=7))
    done(session)
    assert compared.first is not None
    assert compared.second is not None
    joined = wrss(compared.first.scores(), compared.second.scores())
    assert f"{joined.table['raw'].iloc[0]:.4f}" in pane.text.object
    assert "It depends on this set" in pane.text.object
    pane.weight.value = 0.5
    assert "0.5 √A + 0.5 √B" in pane.text.object
    pane.press()
    session.sync()
    assert "kept: WRSS of" in pane.line.object
    assert session.colour_by == "wrss"
    kept = wrss(compared.first.scores(), compared.second.scores(), weights=(0.5, 0.5)).table.set_index("target_id")
    assert session.table["wrss"].max() == 1
    assert session.table.loc[kept.index, "wrss"].tolist() == pytest.approx(kept["wrss"].tolist())
    assert "wrss" in shown_columns(session.table)
    pane.on_action(f"show:{session.order[4]}")
    assert (session.target_id, session.area) == (session.order[4], "explore")


@pytest.mark.heavy
def test_auto_steer_shows_what_it_reached_elsewhere(session: Session) -> None:
    rng = np.random.default_rng(0)
    session.selection = list(rng.choice(session.order, 6, replace=False))
    pane = AutoSteerPane(session)
    pane.goal.value = next(value for value in pane.goal.options.values() if value == "the selected stars")
    pane.trials.value = 1
    plan = pane.plan()
    assert set(plan.marked) == set(session.selection)
    pane.press()
    done(session)
    assert "Best: auto" in pane.text.object
    assert "P9 as published" in pane.text.object
    pane.on_action("train")
    done(session)
    assert session.run is not None
    assert session.run.name.startswith("auto")


def test_too_few_wanted_stars_are_told(session: Session) -> None:
    session.selection = session.order[:2]
    pane = AutoSteerPane(session)
    pane.goal.value = "the selected stars"
    pane.press()
    done(session)
    assert "too few" in pane.job.line.object


@pytest.mark.heavy
def test_a_stopped_search_says_how_good_its_best_is(session: Session, after_restart: Callable[[], Session]) -> None:
    session.selection = session.order[::7][:6]
    pane = AutoSteerPane(session)
    pane.goal.value = "the selected stars"
    pane.trials.value = 500
    pane.press()
    for _ in range(600):
        session.poll()
        if "1 trials" in pane.text.object:
            break
        time.sleep(0.1)
    pane.job.cancel()
    done(session)
    done(session)
    assert "Best: auto" in pane.text.object
    assert pane.job.line.object.startswith("stopped; the trials are kept")
    assert AutoSteerPane(after_restart()).text.object == pane.text.object
