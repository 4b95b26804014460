"""The strongest dips and rises of a light curve, apart from each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clara_engine.features.steering.event_features import LABELS, events, first_highest, strongest
from clara_engine.features.steering.prepare import prepare
from clara_engine.lightcurve import LightCurve, Target

ratios = arrays(np.float32, st.integers(1, 80), elements=st.floats(-10, 10, width=32))


@given(ratios.map(np.abs))
def test_the_first_highest_is_that_of_numpy(values):
    assert first_highest(values.view(np.int32)) == np.argmax(values)


@given(ratios, st.integers(1, 12), st.integers(1, 5))
def test_the_strongest_are_picked_as_by_hand(ratio, size, count):
    left, expected = np.maximum(ratio, 0).astype(float), []
    for _ in range(count):
        place = int(np.argmax(left))
        expected.append(left[place])
        reach = size + size // 2
        left[max(0, place - reach) : place + reach + 1] = 0
    assert strongest(ratio, size, count).tolist() == expected


def test_each_of_three_dips_is_found_with_its_depth():
    time = np.arange(0, 20, 15 / 1440)
    flux = 1 + np.random.default_rng(2).normal(0, 1e-4, time.size)
    for start, depth in ((4.0, 1e-3), (9.0, 2e-3), (14.0, 4e-3)):
        flux[(time >= start) & (time < start + 4 / 24)] -= depth
    prepared = prepare(LightCurve(time=time, flux=flux, target=Target(tic=1)))
    row = dict(zip(LABELS, events(prepared), strict=True))
    found = [row[f"dip {number} of 4 h, signal-to-noise"] for number in (1, 2, 3)]
    assert np.array(found) / found[2] == pytest.approx([4, 2, 1], rel=0.15)
    assert row["dip 4 of 4 h, signal-to-noise"] < found[2] / 3
    assert row["dips against rises of 4 h"] > 0.7
