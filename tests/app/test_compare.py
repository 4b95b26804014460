"""The Compare area without a browser: auto-steer, the published joint score."""

import time
from collections.abc import Callable

import numpy as np

from clara_app.pair import Pair
from clara_app.panes.autosteer import AutoSteerPane
from clara_app.panes.wrss import WrssPane
from clara_app.session import Session
from clara_engine.evaluate.wrss import wrss


def done(session: Session) -> None:
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 200)
    session.look()


def test_wrss_is_that_of_the_engine_and_says_what_it_depends_on(session: Session, spec) -> None:
    pair = Pair(session)
    pane = WrssPane(session, pair)
    assert "Retrain makes another" in pane.text.object
    session.retrain(spec(name="second", seed=7))
    done(session)
    assert pair.first is not None
    assert pair.second is not None
    joined = wrss(pair.first.scores(), pair.second.scores())
    assert f"{joined.table['raw'].iloc[0]:.4f}" in pane.text.object
    assert "It depends on this set" in pane.text.object
    pane.weight.value = 0.5
    assert "0.5 √A + 0.5 √B" in pane.text.object
    pane._act(f"show:{session.order[4]}")
    assert (session.target_id, session.area) == (session.order[4], "explore")


def test_auto_steer_shows_what_it_reached_elsewhere(session: Session) -> None:
    rng = np.random.default_rng(0)
    session.selection = list(rng.choice(session.order, 6, replace=False))
    pane = AutoSteerPane(session)
    pane.wanted.value = next(value for value in pane.wanted.options.values() if value == "the selected stars")
    pane.trials.value = 1
    plan = pane.plan()
    assert set(plan.marked) == set(session.selection)
    pane.press()
    done(session)
    assert "Best: auto" in pane.text.object
    assert "P9 as published" in pane.text.object
    pane._act("train")
    done(session)
    assert session.run is not None
    assert session.run.name.startswith("auto")


def test_too_few_wanted_stars_are_told(session: Session) -> None:
    session.selection = session.order[:2]
    pane = AutoSteerPane(session)
    pane.wanted.value = "the selected stars"
    pane.press()
    done(session)
    assert "too few" in pane.errand.line.object


def test_a_stopped_search_says_how_good_its_best_is(session: Session, after_restart: Callable[[], Session]) -> None:
    session.selection = session.order[::7][:6]
    pane = AutoSteerPane(session)
    pane.wanted.value = "the selected stars"
    pane.trials.value = 500
    pane.press()
    for _ in range(600):
        session.look()
        if "1 trials" in pane.text.object:
            break
        time.sleep(0.1)
    pane.errand.cancel()
    done(session)
    done(session)
    assert "Best: auto" in pane.text.object
    assert pane.errand.line.object.startswith("stopped; the trials are kept")
    assert AutoSteerPane(after_restart()).text.object == pane.text.object
