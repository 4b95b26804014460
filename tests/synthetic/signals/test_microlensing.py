"""Microlensing: symmetry and peak."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic.signals import (
    Microlensing,
)

TIME = 1325 + np.arange(0, 27, 2 / 1440)


@settings(max_examples=30, deadline=None)
@given(rise=st.floats(0.001, 5), days=st.floats(0.1, 5))
def test_microlensing_is_symmetric_and_peaks_at_the_asked_height(rise, days):
    signal = Microlensing(depth=(rise, rise), einstein_days=(days, days))
    event = signal.draw(np.random.default_rng(0), TIME)
    away = np.linspace(0, 3, 50)
    np.testing.assert_allclose(
        signal.flux(event.epoch_days + away, event), signal.flux(event.epoch_days - away, event), rtol=1e-9
    )
    assert signal.flux(np.array([event.epoch_days]), event)[0] == pytest.approx(1 + rise, rel=1e-6)
