"""The wheel: by an event, or by labels, for which the machine searches."""

import pytest

from clara_app.areas.wheel import BY_LABEL, Wheel
from clara_app.session import Session
from clara_engine.studies.extract import extract_features


def test_the_search_is_in_the_wheel_made_when_it_is_asked_for(session: Session) -> None:
    wheel = Wheel(session)
    assert wheel.steering is None
    wheel.way.value = BY_LABEL
    steering = wheel.steering
    assert ("truth", "rotator") in steering.goal.values
    assert (steering.plan().trials, steering.plan().seconds) == (12, 180)
    assert "up to 12 in 3 minutes" in steering.text.object
    _, by_event, by_label = wheel.__panel__()
    assert (by_event.visible, by_label.visible) == (False, True)


@pytest.mark.heavy
def test_a_search_in_the_wheel_tells_its_best_beside_the_published_one_and_chance(session: Session) -> None:
    wheel = Wheel(session)
    wheel.way.value = BY_LABEL
    steering = wheel.steering
    session.selection = session.order[::7][:6]
    steering.goal.value = "the selected stars"
    steering.trials.value = 1
    steering.press()
    session.server.queue.wait(session.jobs[-1].id, 120)
    session.poll()
    words = steering.text.object
    assert "Best of 1: <b>auto" in words
    assert all(row in words for row in ("this design", "P9 as published", "chance"))
    assert "Train it on all stars" in words


def test_stars_that_have_ones_verdict_can_be_looked_for(session: Session) -> None:
    chosen = session.order[1:6]
    for star in chosen:
        session.show(star)
        session.give_verdict("flare")
    wheel = Wheel(session)
    wheel.way.value = BY_LABEL
    assert next(iter(wheel.steering.goal.options.items())) == ("your verdict: flare  (5)", ("your verdict", "flare"))
    wheel.steering.goal.value = ("your verdict", "flare")
    plan = wheel.steering.plan()
    assert (set(plan.marked), plan.label) == (set(chosen), None)


def test_an_event_brings_its_features_says_what_they_cost_and_shows_what_they_see(session: Session, until) -> None:
    wheel = Wheel(session)
    until(session, lambda: "every light curve has these features" in wheel.forest.cost.object)
    wheel.design.event = "flares"
    assert (wheel.forest.feature_set, wheel.design.preview.feature_set) == ("steering", "steering")
    until(session, lambda: "get them first: about" in wheel.forest.cost.object)
    until(session, lambda: "once the stars have these features" in wheel.design.preview.html.object)
    extract_features(session.server.workspace, "steering")
    until(session, lambda: "every light curve has these features" in wheel.forest.cost.object)
    wheel.design.preview.draw_again()
    until(session, lambda: "What sets them apart" in wheel.design.preview.html.object)
