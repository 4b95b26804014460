"""Best cuts of histograms, beside every cut tried one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.forest.cuts import best_beside, best_leaving, mark_filled
from clara_engine.forest.kernel import ONE_ROW


def every_cut(real, contrast, weights, min_leaf):
    """Impurities by numpy, NaN where a side has too few rows; `real` and `contrast` are times drawn, a list a bin."""
    found = np.full(255, np.nan)
    rows = [np.array([len(times) for times in bins]) for bins in (real, contrast)]
    drawn = [
        np.array([sum(times) for times in bins]) * weight
        for bins, weight in zip((real, contrast), weights, strict=True)
    ]
    for cut in range(255):
        sides = [
            (sum(r[part].sum() for r in rows), [d[part].sum() for d in drawn])
            for part in (slice(0, cut + 1), slice(cut + 1, None))
        ]
        if min(side[0] for side in sides) >= min_leaf:
            found[cut] = sum(one * other / (one + other) for _, (one, other) in sides)
    return found


def bins_of(times):
    return np.array([sum(each) + ONE_ROW * len(each) for each in times], np.int64)


filled = st.dictionaries(
    st.sampled_from([0, 1, 2, 5, 63, 64, 65, 130, 191, 192, 254, 255]),
    st.lists(st.integers(1, 3), min_size=1, max_size=4),
    min_size=1,
    max_size=9,
)


@pytest.mark.parametrize("min_leaf", [1, 2, 5])
@given(real=filled, contrast=filled, weight=st.floats(0.2, 5))
@settings(max_examples=150, deadline=None)
def test_the_best_cut_is_the_least_of_all(min_leaf, real, contrast, weight):
    real, contrast = ([bins.get(code, []) for code in range(256)] for bins in (real, contrast))
    wanted = every_cut(real, contrast, (1.0, weight), min_leaf)
    held = bins_of(real), bins_of(contrast)
    totals = [bins.sum() for bins in held]
    marks = np.zeros(4, np.uint64)
    mark_filled(*held, marks)
    codes = np.flatnonzero(held[0] | held[1])
    if min_leaf == 1:
        beside = np.full(4, 2**64 - 1, np.uint64)
        up_to = np.empty(256, np.int64)
        least, cut, varies = best_beside(*held, beside, up_to, *totals, 1.0, weight, np.inf)
        assert least == (pytest.approx(np.nanmin(wanted)) if varies else np.inf)
        assert wanted[cut] == pytest.approx(least) if varies else cut == -1
    least, low, high, varies = best_leaving(*held, marks, *totals, 1.0, weight, min_leaf, np.inf)
    assert varies == (codes.size > 1)
    assert not any(array.any() for array in (*held, marks))
    if np.isnan(wanted).all():
        assert (low, high) == (-1, -1)
        assert least == np.inf
    else:
        assert least == pytest.approx(np.nanmin(wanted))
        assert wanted[low] == pytest.approx(np.nanmin(wanted))
        assert high == codes[codes > low][0]
