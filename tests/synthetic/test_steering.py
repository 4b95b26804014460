"""Ready designs for each event, and their unseen generators."""

import pytest

from clara_engine.errors import DesignError
from clara_engine.synthetic import EVENTS, UNSEEN_EVENTS, steering_design, unseen_design
from clara_engine.synthetic.backgrounds import Observed
from clara_engine.synthetic.steering import USUAL_EVENTS


@pytest.mark.parametrize("event", EVENTS)
def test_a_design_puts_its_signals_on_observed_light_curves(event):
    design = steering_design(event, curves=12, seed=3)
    assert (design.name, design.curves, design.seed, design.signals) == (event, 12, 3, EVENTS[event])
    assert isinstance(design.background, Observed)


def test_unseen_generators_are_of_other_kinds_and_say_so():
    for event in UNSEEN_EVENTS:
        seen, unseen = ({type(one) for one in made(event).signals} for made in (steering_design, unseen_design))
        assert not seen & unseen
        assert unseen_design(event).name == f"{event} (other generator)"


def test_usual_events_are_events_and_an_unknown_one_names_them():
    assert set(USUAL_EVENTS) <= set(EVENTS)
    for make in (steering_design, unseen_design):
        with pytest.raises(DesignError, match="there is no event 'novae'; known: planets"):
            make("novae")
