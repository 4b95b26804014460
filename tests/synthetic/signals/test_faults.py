"""Faults that look like signals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic.signals import (
    Faults,
)

TIME = 1325 + np.arange(0, 27, 2 / 1440)


SEEDS = st.integers(0, 2**31)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, shape=st.sampled_from(["jump", "drift", "sawtooth", "scattered light"]))
def test_faults_have_the_asked_size_and_begin_where_they_say(seed, shape):
    signal = Faults(shapes=(shape,))
    event = signal.draw(np.random.default_rng(seed), TIME)
    change = (signal.flux(TIME, event) - 1) * event.parameters["sign"]
    assert event.shape == shape
    assert change.min() > -1e-12
    assert change.max() <= event.depth * (1 + 1e-9)
    if shape == "jump":
        assert (change[event.epoch_days > TIME] == 0).all()
        assert change.max() > 0.98 * event.depth
    elif shape == "drift":
        assert (np.diff(change) > -1e-12).all()
        assert change[-1] == pytest.approx(event.depth)
    elif shape == "scattered light":
        assert abs(TIME[change.argmax()] - event.epoch_days) <= 1 / 1440 + 1e-9
