"""The events to come: their times, and errors that grow as a simulation of many measurements does."""

from datetime import UTC, datetime

import numpy as np
import pytest

from clara_engine.periods import Ephemeris
from clara_engine.periods.next_events import btjd_of, next_events, utc_of


def test_the_error_is_the_scatter_of_many_measured_ephemerides():
    rng = np.random.default_rng(1)
    covariance = [[0.002**2, -2e-8], [-2e-8, 0.0003**2]]
    epochs, periods = rng.multivariate_normal([1330.0, 5.0], covariance, 20_000).T
    (event,) = next_events(
        Ephemeris(5.0, 1330.0),
        3000.0,
        epoch_error_days=0.002,
        period_error_days=0.0003,
        covariance_days2=-2e-8,
    )
    assert event.middle_btjd == pytest.approx(3000.0)
    scatter = float(np.std(epochs + event.number * periods))
    assert event.error_days == pytest.approx(scatter, rel=0.02)
    assert event.error_hours == pytest.approx(24 * event.error_days)


def test_events_follow_each_other_after_the_time_and_become_less_sure():
    found = next_events(Ephemeris(3.0, 1325.5), 1327.0, 4, epoch_error_days=0.001, period_error_days=0.001)
    assert [event.middle_btjd for event in found] == pytest.approx([1328.5, 1331.5, 1334.5, 1337.5])
    assert list(np.diff([event.error_days for event in found]) > 0) == [True] * 3


def test_events_before_the_epoch_are_foretold_as_well():
    (event,) = next_events(Ephemeris(3.0, 1325.5), 1310.0, epoch_error_days=0.001, period_error_days=0.001)
    assert (event.number, event.middle_btjd) == (-5, 1310.5)
    assert event.error_days == pytest.approx(np.hypot(0.001, 0.005))


def test_no_error_without_that_of_the_period_and_nothing_after_a_single_event():
    assert np.isnan(next_events(Ephemeris(3.0, 1325.5), 1400.0, epoch_error_days=0.001)[0].error_days)
    assert next_events(Ephemeris(np.nan, 1325.5), 1400.0) == ()


def test_times_agree_with_astropy_and_come_back():
    from astropy.time import Time

    moment = utc_of(1325.5)
    assert moment == datetime(2018, 7, 25, 23, 58, 51, tzinfo=UTC)  # TDB is 69.2 s ahead of UTC
    assert abs(Time(2458325.5, format="jd", scale="tdb").utc.to_datetime() - moment.replace(tzinfo=None)).seconds < 1
    assert btjd_of(moment) == pytest.approx(1325.5, abs=2e-5)


def test_the_error_of_a_measurement_is_that_of_a_straight_line_through_the_times():
    """Epoch and period of a fit hang together unless the epoch is that of the middle event."""
    from clara_engine.periods.events import DepthDifference, Event
    from clara_engine.periods.measurement import Transit
    from clara_engine.periods.next_events import next_of_measured

    numbers, error = np.arange(3, 12), 0.001
    matrix = np.vstack([np.ones(numbers.size), numbers]).T
    covariance = np.linalg.inv(matrix.T @ matrix) * error**2
    measured = Transit(
        ephemeris=Ephemeris(3.1, 1326.2, 0.15),
        depth_ppm=2000.0,
        depth_error_ppm=20.0,
        duration_hours=3.6,
        duration_error_hours=0.1,
        epoch_error_days=float(np.sqrt(covariance[0, 0])),
        period_error_days=float(np.sqrt(covariance[1, 1])),
        slope_share=0.2,
        snr=100.0,
        events=tuple(Event(int(n), 1326.2 + 3.1 * n, 2000.0, 60.0) for n in numbers),
        odd_even=DepthDifference(np.nan, np.nan, np.nan),
        secondary_ppm=np.nan,
        secondary_error_ppm=np.nan,
    )
    for after in (1326.0, 1345.0, 2325.0):
        (event,) = next_of_measured(measured, after)
        of_line = np.array([1.0, event.number])
        assert event.error_days == pytest.approx(float(np.sqrt(of_line @ covariance @ of_line)), rel=1e-6)
