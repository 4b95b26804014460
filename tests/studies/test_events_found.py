"""What a contrast set changed for its event, counted at the top of two rankings."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from clara_engine.lightcurve import Target
from clara_engine.studies.events_found import LABEL_WORDS, event_of, events_found, label_of
from clara_engine.synthetic import EVENTS, PRESETS, SyntheticDesign, steering_design
from clara_engine.workspace import RunSpec

STARS = [Target(tic=tic, sector=1).id for tic in range(1, 41)]


def ranking(*top: int, group: str = "a", ids: list[str] = STARS, set_aside: tuple[int, ...] = ()) -> SimpleNamespace:
    """A run whose strangest stars are those places of `ids`."""
    scores = np.linspace(0.4, 0.1, len(ids))
    scores[list(top)] = 0.9 - 0.01 * np.arange(len(top))
    aside = np.isin(np.arange(len(ids)), set_aside)
    table = pd.DataFrame({"target_id": ids, "anomaly_score": scores, "set_aside": aside})
    return SimpleNamespace(scores=lambda: table, spec=SimpleNamespace(group=group))


def test_stars_of_the_event_at_the_top_are_counted_before_and_now() -> None:
    carriers = STARS[:10]
    found = events_found("flares", carriers, ranking(0, 1), ranking(0, 30))
    assert (found.stars, found.before, found.now, found.chance) == (10, 1, 2, 0.5)
    assert str(found) == "flares: 1 of 10 in the top 5 % before, 2 now (chance 0.5)"
    assert str(events_found("flares", carriers, ranking(0, 1))) == "flares: 2 of 10 in the top 5 % (chance 0.5)"


def test_rankings_of_other_groups_and_stars_that_made_the_contrast_set_do_not_count() -> None:
    assert events_found("flares", STARS[:10], ranking(0, 1), ranking(0, 30, group="b")).before is None
    assert events_found("flares", STARS[:10], ranking(0, 1, set_aside=(0,))).stars == 9
    assert events_found("flares", [], ranking(0, 1)) is None


def test_a_star_of_several_light_curves_counts_once() -> None:
    ids = [*STARS[:20], *(Target(tic=tic, sector=2).id for tic in range(1, 21))]
    found = events_found("flares", [STARS[0], ids[20]], ranking(0, 20, ids=ids))
    assert (found.stars, found.now) == (1, 1)


def test_of_equal_scores_those_that_the_ranking_puts_first_stand_at_the_top() -> None:
    run = ranking(ids=STARS[::-1])
    run.scores()["anomaly_score"] = 0.5
    assert events_found("flares", STARS[:2], run).now == 0
    assert events_found("flares", STARS[-2:], run).now == 2


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_is_known_by_its_design_and_by_some_label(event: str) -> None:
    assert event_of(RunSpec(name="x", design=steering_design(event))) == event
    word = LABEL_WORDS[event][0]
    assert label_of(event, {("truth", word.replace(" ", "_")): np.array([True])}) is not None


def test_published_designs_look_for_planets_and_mixtures_for_nothing_named() -> None:
    assert event_of(RunSpec(name="x", design=PRESETS["P5"])) == "planets"
    both = SyntheticDesign(
        name="both", curves=9, background=steering_design("flares").background, signals=EVENTS["flares"] * 2
    )
    assert event_of(RunSpec(name="x", design=both)) == ""
    assert event_of(RunSpec(name="x", variant="marginal")) == ""


def test_of_several_labels_the_one_that_most_stars_carry_is_taken() -> None:
    members = {
        ("toi", "KP"): np.array([True, False, False]),
        ("toi", "FP"): np.array([True, True, True]),
        ("class", "planet_host"): np.array([True, True, False]),
    }
    assert label_of("planets", members) == ("class", "planet_host")
    assert label_of("flares", members) is None
