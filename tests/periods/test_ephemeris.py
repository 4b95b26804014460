"""When events happen."""

import numpy as np
import pytest

from clara_engine.periods import Ephemeris


@pytest.fixture
def ephemeris():
    return Ephemeris(period_days=3.0, epoch_btjd=1325.5, duration_days=0.1)


def test_events_are_expected_a_period_apart_ends_included(ephemeris):
    assert ephemeris.expected_in(1325.5, 1334.5).tolist() == [1325.5, 1328.5, 1331.5, 1334.5]
    assert ephemeris.expected_in(1326.0, 1328.0).size == 0


def test_the_time_from_the_nearest_event_is_at_most_half_a_period(ephemeris):
    time = np.linspace(1300, 1340, 997)
    away = ephemeris.away_days(time)
    assert np.abs(away).max() <= 1.5
    cycles = (time - away - ephemeris.epoch_btjd) / ephemeris.period_days
    assert np.allclose(cycles, np.round(cycles))


def test_each_turn_holds_the_samples_nearest_to_its_event(ephemeris):
    time = 1323.1 + np.arange(0, 12, 0.5)
    chosen = np.abs(ephemeris.away_days(time)) < 0.2
    chosen[time < 1328] = False  # nothing of the event at the epoch
    events = np.array([1322.5, 1325.5, 1328.5, 1331.5, 1334.5])
    nearest = np.abs(time[:, None] - events).argmin(axis=1) - 1
    found = {number: time[turn].tolist() for number, turn in ephemeris.each_turn(time, chosen)}
    assert found == {number: time[nearest == number].tolist() for number in (1, 2, 3)}
