"""The section on goals that are not reached: which events, hosts and stars cost most."""

from clara_engine.results.aims import AUC, Aim
from clara_engine.results.ceiling_section import ceiling


def sample(lost=0.02):
    parts = [
        {"from": 7, "to": 10, "share": 0.25, "auc": 0.9, "loss": 0.75},
        {"from": 10, "to": None, "share": 0.75, "auc": 0.99, "loss": 0.25},
    ]
    facts = {
        "lost": lost,
        "parts": {"signal-to-noise": parts},
        "costly": [{"star": "TIC 7", "loss": 0.4}],
        "without costly": {"auc": 0.99, "lost": 0.001},
        "untouched_stars": 20,
    }
    return {"real": {"events": {"planets": {"ceiling": facts}}}}


def aim(value):
    return Aim("planets", AUC, "real", {"value": value, "low": value - 0.001, "high": value + 0.001}, least=0.985)


def test_nothing_is_explained_where_every_goal_is_reached():
    assert ceiling([aim(0.99)], sample()) == "## Where the ceiling is\n\nEvery figure is reached."


def test_a_missed_goal_names_the_densest_loss_and_the_costly_stars():
    text = ceiling([aim(0.98)], sample())
    assert f"**Planets, real stars**: {AUC}." in text
    assert "the ROC-AUC lacks .0200 in 1" in text
    assert "signal-to-noise 7–10, 25 % of the light curves, 75 %" in text
    assert "TIC 7 (40 %): together 40 % of what is missing, where 1 of 20 stars would have 5 %" in text
    assert "without them: ROC-AUC .990, lost to the other generator .001." in text
    assert "| signal-to-noise | 10 up |" in text


def test_without_a_loss_only_that_is_said():
    assert "lacks .0000 in 1" in ceiling([aim(0.98)], sample(lost=0.0))
