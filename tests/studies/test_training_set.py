"""Who trains: hosts and quiet stars of a training set."""

from clara_engine.forest import ForestSettings
from clara_engine.studies.training_set import hosts_of
from clara_engine.synthetic import SyntheticDesign, steering_design
from clara_engine.workspace import RunSpec


def spec(**changes):
    values = {"name": "binaries", "design": steering_design("binaries", curves=30, seed=3), "background_stars": 8}
    return RunSpec(**{**values, "forest": ForestSettings(n_estimators=20), "training_size": None, **changes})


def test_hosts_are_as_many_as_curves_or_all_and_hang_on_each_star_alone():
    ids = [f"{number}-s0001-SPOC-120" for number in range(50)]
    assert len(hosts_of(spec(background_stars=None), ids)) == 30
    assert hosts_of(spec(background_stars=None), ids[:20]) == ids[:20]
    few = hosts_of(spec(), ids)
    assert len(few) == 8
    without = hosts_of(spec(), [id for id in ids if id != few[3]])
    assert len(set(few) & set(without)) == 7
    assert hosts_of(spec(design=SyntheticDesign.paper()), ids) == []
