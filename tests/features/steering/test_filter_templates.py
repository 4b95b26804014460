"""Templates of the matched filters, and fast lengths of transforms."""

import numpy as np
import pytest

from clara_engine.features.steering.filter_templates import SHAPES, fast_size, template


@pytest.mark.parametrize("shape", SHAPES)
def test_templates_begin_and_end_with_nothing_and_hold_their_middle(shape):
    formula, first, last = SHAPES[shape]
    ends = formula(np.array([first - 0.01, last + 0.01, 50.0, -50.0]))
    assert np.abs(ends).max() < 0.09
    values, before = template(shape, 12.0)
    assert values.max() == pytest.approx(formula(np.linspace(first, last, 2000)).max(), rel=0.1)
    assert abs(int(np.argmax(values)) - before) <= 12


def test_a_flare_decays_as_published_and_a_transit_is_deepest_at_its_middle():
    flare, _, _ = SHAPES["flare"]
    time = np.linspace(-2, 9, 11_001)
    assert flare(np.zeros(1))[0] == pytest.approx(1, abs=0.01)
    assert np.ptp(time[flare(time) > 0.5]) == pytest.approx(1, abs=0.1)
    transit, _, _ = SHAPES["transit"]
    depth = transit(np.linspace(-0.5, 0, 50))
    assert (np.diff(depth) >= 0).all()
    assert depth[0] < 0.05


def test_transforms_are_of_few_and_fast_lengths():
    sizes = {fast_size(least) for least in range(100, 5000)}
    assert len(sizes) < 30
    assert all(fast_size(least) >= least for least in range(8, 5000))
    assert all(fast_size(least) <= 1.3 * least for least in range(100, 5000))
