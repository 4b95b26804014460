"""Events that repeat: the fold over periods, and the agreement of events."""

import numpy as np
import pytest

from clara_engine.features.steering import steering
from clara_engine.features.steering.repeated import LANES, _agreement, _fold
from clara_engine.lightcurve import LightCurve, Target


def folded(rows, size, periods, durations):
    padded = np.zeros((len(rows), size + int(max(periods)) + 2 * LANES), np.float32)
    padded[:, :size] = rows
    return _fold(padded, size, np.array(periods), np.array(durations))


def test_fold_gives_what_adding_by_hand_gives():
    rng = np.random.default_rng(4)
    size, periods = 700, [133.4, 90.0, 41.7]
    filled = rng.random(size) < 0.9
    rows = np.array([rng.normal(size=size), rng.normal(size=size)]) * filled
    power, rises, best = folded([*rows, filled], size, periods, [4.0, 8.0])
    highest = np.zeros(2)
    for p, period in enumerate(periods):
        starts = [int(n * period + 0.5) for n in range(int((size - 1) / period) + 1)]
        for d, row in enumerate(rows):
            values = []
            for phase in range(int(period)):
                seen = [row[at + phase] for at in starts if at + phase < size and filled[at + phase]]
                values.append(sum(seen) / np.sqrt(len(seen)) if len(seen) > 1 else 0.0)
            assert power[d, p] == pytest.approx(max(values), rel=1e-5)
            highest[d] = max(highest[d], -min(values))
    assert rises == pytest.approx(highest, rel=1e-5)
    assert (best[0, 0, :, 0] <= power.max(axis=1) + 1e-6).all()


def test_events_that_agree_count_more_than_one_that_stands_out():
    size, period = 1000, 100.0
    filled = np.ones(size)
    even, lone = np.zeros(size), np.zeros(size)
    even[30::100] = 4.0
    lone[330] = np.sqrt(10) * 4.0
    (power,), _, best = folded([even, filled], size, [period], [4.0])
    assert power[0] == pytest.approx(4 * np.sqrt(10))
    assert best[0, 0, 0] == pytest.approx([4 * np.sqrt(10), 0, 30])
    (power,), _, best = folded([lone, filled], size, [period], [4.0])
    assert power[0] == pytest.approx(4.0)
    assert best[0, 0, 0, 0] < 2.0
    seen, agreement = _agreement(lone, filled, size, period, 30)
    assert seen == 10
    assert 0 < agreement < 0.5


def test_searches_stay_within_their_arrays_at_any_cadence():
    rng = np.random.default_rng(2)
    for cadence_days in (0.2, 1.0, 5.0):
        time = np.arange(200) * cadence_days
        assert np.isfinite(
            steering(LightCurve(time=time, flux=1 + rng.normal(0, 0.01, 200), target=Target(tic=1)))
        ).all()
