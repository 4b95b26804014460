"""Goals beside what was measured: which figure of which stars, and whether it is reached."""

from clara_engine.results.aims import AUC, IS_HOST, LOST, aims
from clara_engine.results.goals import TARGETS

GOAL = TARGETS["planets"]


def facts(*, auc=0.999, quiet=26, host=0.5, simulated=False):
    cell = {"contrast": "planets", "event": "planets"}
    cell |= {f"{name}{end}": auc for name in ("auc", "recall_1") for end in ("", "_low", "_high")}
    one = {"value": 0.0, "low": 0.0, "high": 0.0}
    mine = {"null recall": one, "lost": one, "host": {"value": host, "low": host - 0.01, "high": host + 0.01}}
    sample = {"least_measured_stars": quiet, "simulated": simulated}
    return {"detected": [cell], "events": {"planets": mine}, "sample": sample}


def by_figure(**changes):
    return {aim.figure: aim for aim in aims({"real": facts(**changes)})}


def test_a_figure_is_reached_by_its_value_and_missed_by_its_whole_interval():
    assert by_figure(auc=GOAL.auc)[AUC].reached
    assert by_figure(auc=GOAL.auc - 0.01)[AUC].missed
    assert by_figure()[LOST].reached


def test_the_cut_is_of_quiet_stars_where_they_are_many():
    assert "recall at 1 % of null light curves" in by_figure(quiet=26)
    assert by_figure(quiet=520)["recall at 1 % of 520 quiet stars"].reached


def test_who_is_a_host_is_asked_of_simulated_stars_alone():
    assert IS_HOST not in by_figure()
    assert by_figure(simulated=True)[IS_HOST].reached
    assert by_figure(simulated=True, host=0.2)[IS_HOST].missed  # far from .5 on either side
