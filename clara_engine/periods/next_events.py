"""The events that come next, with the error that has grown since they were measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from clara_engine.lightcurve import BTJD_ZERO
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.measurement import Transit

__all__ = ["NextEvent", "btjd_of", "next_events", "next_of_measured", "utc_of"]

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class NextEvent:
    """One event that is expected.

    Attributes
    ----------
    number : int
        Periods since the epoch.
    middle_btjd : float
        BTJD [days], at the barycentre of the solar system.
    error_days : float
        Of the middle, one standard deviation; NaN where that of epoch or period is not known.
    """

    number: int
    middle_btjd: float
    error_days: float

    @property
    def error_hours(self) -> float:
        """`error_days` in hours."""
        return self.error_days * 24

    @property
    def middle_utc(self) -> datetime:
        """The middle in UTC. Light reaches the Earth up to 8.3 minutes earlier or later than the barycentre."""
        return utc_of(self.middle_btjd)


def next_events(
    ephemeris: Ephemeris,
    after_btjd: float,
    count: int = 1,
    *,
    epoch_error_days: float = NAN,
    period_error_days: float = NAN,
    covariance_days2: float = 0.0,
) -> tuple[NextEvent, ...]:
    """The first events after a time.

    Parameters
    ----------
    ephemeris : Ephemeris
    after_btjd : float
        BTJD [days].
    count : int
        How many.
    epoch_error_days, period_error_days : float
        Standard deviations [days].
    covariance_days2 : float
        Of epoch and period [days²]; 0 where the epoch is that of the middle of the events that were seen.

    Returns
    -------
    tuple of NextEvent
        Ascending; none of a single event, whose period is not known. The n-th event after the epoch has the variance
        σ²(epoch) + 2 n cov + n² σ²(period).

    Examples
    --------
    >>> (event,) = next_events(Ephemeris(3.0, 1325.5), 1400.0, epoch_error_days=0.003, period_error_days=0.0002)
    >>> event.number, event.middle_btjd, round(event.error_days, 6)
    (25, 1400.5, 0.005831)
    """
    if ephemeris.single:
        return ()
    first = int(np.ceil((after_btjd - ephemeris.epoch_btjd) / ephemeris.period_days))
    found = []
    for number in range(first, first + count):
        variance = epoch_error_days**2 + 2 * number * covariance_days2 + (number * period_error_days) ** 2
        middle = ephemeris.epoch_btjd + number * ephemeris.period_days
        found.append(NextEvent(number, middle, float(np.sqrt(max(variance, 0.0))) if variance == variance else NAN))
    return tuple(found)


def utc_of(btjd: float) -> datetime:
    """A time in UTC, to the second; `btjd` is a barycentric Julian date (TDB) minus 2,457,000."""
    from astropy.time import Time

    time = Time(BTJD_ZERO, btjd, format="jd", scale="tdb")
    moment: datetime = time.utc.to_datetime(leap_second_strict="silent")
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=UTC)


def btjd_of(moment: datetime) -> float:
    """BTJD [days] of a time that knows its zone."""
    from astropy.time import Time

    return float(
        (
            Time(moment.astimezone(UTC).replace(tzinfo=None), scale="utc").tdb
            - Time(BTJD_ZERO, format="jd", scale="tdb")
        ).jd
    )


def next_of_measured(measured: Transit, after_btjd: float, count: int = 1) -> tuple[NextEvent, ...]:
    """The first events after a time, from a measurement: its errors, and how those of epoch and period hang together.

    A fit knows best when the events were that lie in the middle of those it saw; from there the error grows on both
    sides. So the covariance of epoch and period is −n σ²(period), with n the mean number of the events that were seen.

    Parameters
    ----------
    measured : Transit
        From `clara_engine.periods.measure_event`.
    after_btjd : float
        BTJD [days].
    count : int
        How many.
    """
    seen = float(np.mean([event.number for event in measured.events])) if measured.events else 0.0
    return next_events(
        measured.ephemeris,
        after_btjd,
        count,
        epoch_error_days=measured.epoch_error_days,
        period_error_days=measured.period_error_days,
        covariance_days2=-seen * measured.period_error_days**2,
    )
