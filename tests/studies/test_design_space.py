"""Designs that a search of designs tries."""

import pytest

from clara_engine.studies.design_space import PLAIN, SPACE, steered_design
from clara_engine.synthetic import EVENTS


@pytest.mark.parametrize("event", SPACE["event"])
@pytest.mark.parametrize("also", ["nothing", "flares"])
def test_every_trial_is_a_design(event, also):
    whole = steered_design({**PLAIN, "event": event, "also": also}, seed=1)
    part = steered_design({**PLAIN, "event": event, "also": also, "depths": "deep", "periods": "short"}, seed=1)
    assert whole.needs_observed
    assert (len(whole.signals) > len(EVENTS[event])) == (also not in ("nothing", event))
    for signal, deep in zip(whole.signals, part.signals, strict=True):
        low, high = signal.depth
        assert deep.depth == (pytest.approx((low * high) ** 0.5), high)
        if hasattr(signal, "period_days"):
            low, high = signal.period_days
            assert deep.period_days == (low, pytest.approx((low * high) ** 0.5))
