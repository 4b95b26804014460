"""Every class of simulated stars has a signal."""

from clara_engine.simulate.star_population import KINDS
from clara_engine.simulate.stellar_variability import RECIPES


def test_every_class_has_stars_and_a_signal() -> None:
    assert KINDS.keys() == RECIPES.keys()
