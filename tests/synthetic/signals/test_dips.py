"""Dips: depth and regularity."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic.signals import (
    Dips,
)

TIME = 1325 + np.arange(0, 27, 2 / 1440)


SEEDS = st.integers(0, 2**31)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, periodic=st.booleans())
def test_dips_are_as_deep_and_as_regular_as_asked(seed, periodic):
    signal = Dips(periodic_share=float(periodic), period_days=(4, 4))
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    assert max(facts["depths"]) == event.depth
    assert (1 - signal.flux(np.array(facts["centres_days"]), event) >= np.array(facts["depths"]) - 1e-9).all()
    if periodic:
        number = (np.array(facts["centres_days"]) - facts["centres_days"][0]) / 4
        assert np.abs(number - np.arange(number.size)).max() < 0.6
    else:
        assert 3 <= len(facts["centres_days"]) <= 15
