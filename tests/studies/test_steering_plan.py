"""Plans of the steering matrix."""

import pytest

from clara_engine.errors import DesignError
from clara_engine.forest import ForestSettings
from clara_engine.studies.steer import SteeringPlan

SMALL = {
    "contrasts": ("binaries", "flares", "P9", "URF1", "marginal", "isolation forest", "BLS"),
    "events": ("binaries", "flares", "flares (other generator)"),
    "seeds": 2,
    "curves": 40,
    "measured": 30,
    "forest": ForestSettings(n_estimators=60, oob_score=False),
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contrasts": ("comets",)}, "no contrast set 'comets'"),
        ({"events": ("comets",)}, "no event 'comets'"),
        ({"seeds": 0}, "seeds = 0 is out of range"),
    ],
)
def test_plans_out_of_range_are_refused(changes, words):
    with pytest.raises(DesignError, match=words):
        SteeringPlan(**SMALL | changes)
