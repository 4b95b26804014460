"""A fold puts every value into one bin."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.features.steering.folding import fold, phase_bins


def places(samples: int, length: float) -> np.ndarray:
    """Step after the start of its turn, of each value; a turn starts at the nearest value."""
    starts = np.floor(np.arange(int(samples / length) + 2) * length + 0.5).astype(int)
    number = np.arange(samples)
    return number - starts[np.searchsorted(starts, number, side="right") - 1]


@settings(max_examples=40, deadline=None)
@given(samples=st.integers(1, 400), length=st.floats(1, 500), seed=st.integers(0, 1000))
def test_a_fold_puts_every_value_into_one_bin(samples, length, seed):
    values = np.random.default_rng(seed).normal(size=(samples, 2)).astype(np.float32)
    sums = np.full((phase_bins(length), 2), np.nan, np.float32)
    fold(values, length, sums)
    expected = [np.bincount(places(samples, length), one, minlength=phase_bins(length)) for one in values.T]
    np.testing.assert_allclose(sums.T, expected, atol=1e-4)
