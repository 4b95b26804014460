"""Folds and the box search against every box tried by hand, and the facts of the best box against plain means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.features.steering.box_search import best_box, box_powers
from clara_engine.features.steering.folding import phase_bins
from clara_engine.features.steering.transit_search import _facts


def places(samples: int, length: float) -> np.ndarray:
    """Step after the start of its turn, of each value; a turn starts at the nearest value."""
    starts = np.floor(np.arange(int(samples / length) + 2) * length + 0.5).astype(int)
    number = np.arange(samples)
    return number - starts[np.searchsorted(starts, number, side="right") - 1]


def by_hand(flux, seen, length, widths, noise):
    """Power, first step and width of the best box."""
    place, bins = places(flux.size, length), phase_bins(length)
    found = [(0.0, 0, widths[0])]
    for size, one in zip(widths, noise, strict=True):
        for first in range(bins):
            inside = ((place - first) % bins < size) & seen
            if inside.sum() > 1.2 * size and 4 * size <= bins:
                found.append((-flux[inside].mean() * np.sqrt(inside.sum() / size) / one, first, size))
    return max(found)


@pytest.mark.parametrize("seed", range(3))
def test_the_box_search_gives_what_every_box_tried_by_hand_gives(seed):
    rng = np.random.default_rng(seed)
    seen = rng.random(400) < 0.8
    flux = np.where(seen, rng.normal(size=(2, 400)), 0.0)
    lengths, widths = np.array([131.2, 61.7, 20.0, 11.3, 7.0]), np.array([2, 3, 5])
    noise = np.array([[0.7, 0.6, 0.5], [0.8, 0.5, 0.4]])
    powers, rises = box_powers(np.column_stack([*flux, seen]).astype(np.float32), lengths, widths, noise)
    for curve in range(2):
        both = np.column_stack([flux[curve], seen]).astype(np.float32)
        highest = 0.0
        for p, length in enumerate(lengths):
            dip = by_hand(flux[curve], seen, length, widths, noise[curve])
            rise = by_hand(-flux[curve], seen, length, widths, noise[curve])
            highest = max(highest, rise[0])
            assert powers[curve, p] == pytest.approx(dip[0], rel=1e-4)
            first, width, power = best_box(both, length, widths, noise[curve])
            assert (power, first, width) == (pytest.approx(dip[0], rel=1e-4), *dip[1:])
        assert rises[curve] == pytest.approx(highest, rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1000),
    period=st.floats(0.4, 14),
    centre=st.floats(0, 1),
    duration=st.floats(0.04, 0.4),
)
def test_facts_of_a_box_are_plain_means(seed, period, centre, duration):
    rng = np.random.default_rng(seed)
    time = np.sort(rng.uniform(0, 27, 1200))
    turn = (time / period - centre + 0.5) % 1 - 0.5
    number = np.floor(time / period - centre + 0.5).astype(int)
    half = max(duration / period / 2, 1e-3)
    inside, later = np.abs(turn) <= half, np.abs((turn + 1) % 1 - 0.5) <= half
    flat = rng.normal(size=time.size) - 3 * inside
    mean, events, share, scatter, odd_even, core, at_half, wave, weakest = _facts(
        time, flat, period, centre * period, duration
    )
    if not inside.any():
        assert (mean, events) == (0, 1)
        return
    depths = np.array([-flat[inside & (number == one)].mean() for one in np.unique(number[inside])])
    counts = np.array([(inside & (number == one)).sum() for one in np.unique(number[inside])])
    signal = np.sqrt(counts) * depths
    assert mean == pytest.approx(-flat[inside].mean())
    assert events == depths.size
    assert share == pytest.approx((np.maximum(signal, 0) ** 2).max() / max((np.maximum(signal, 0) ** 2).sum(), 1e-9))
    assert scatter == pytest.approx(depths.std() / max(abs(mean), 1e-9) if events > 1 else 1)
    assert weakest == pytest.approx(signal.min())
    odd, even = inside & (number % 2 == 1), inside & (number % 2 == 0)
    if odd.any() and even.any():
        error = np.sqrt(1 / odd.sum() + 1 / even.sum())
        assert odd_even == pytest.approx(abs(flat[odd].mean() - flat[even].mean()) / error)
    if later.any():
        assert at_half == pytest.approx(-flat[later].mean() * np.sqrt(later.sum()))
    outside = ~inside & ~later
    if outside.sum() > 20:
        assert wave == pytest.approx(abs((flat[outside] * np.exp(2j * np.pi * turn[outside])).mean()))
    narrow = np.abs(turn) <= half / 2
    if narrow.any() and mean > 0:
        assert core == pytest.approx(-flat[narrow].mean() / mean)
