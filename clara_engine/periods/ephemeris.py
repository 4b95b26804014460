"""When events happen: period, epoch and duration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import DesignError

__all__ = ["Ephemeris"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ephemeris:
    """Events every `period_days` from `epoch_btjd` on.

    Attributes
    ----------
    period_days : float
        NaN for a single event, whose period is not known.
    epoch_btjd : float
        Middle of an event, BTJD [days].
    duration_days : float
        NaN where the star varies without distinct events.

    Raises
    ------
    DesignError
        When period or duration is not positive, an event is longer than the period, or the epoch is not finite.
    """

    period_days: float
    epoch_btjd: float
    duration_days: float = np.nan

    def __post_init__(self) -> None:
        if self.period_days <= 0 or np.isinf(self.period_days):
            raise DesignError(f"period = {self.period_days:.6g} d is out of range: above 0 d")
        if not np.isfinite(self.epoch_btjd):
            raise DesignError("an ephemeris needs the time of an event, BTJD")
        if self.duration_days <= 0 or self.duration_days >= self.period_days:
            raise DesignError(
                f"duration = {self.duration_days:.6g} d is out of range: above 0 d, below the period"
                f" of {self.period_days:.6g} d"
            )

    @property
    def single(self) -> bool:
        """Whether it is one event of unknown period."""
        return bool(np.isnan(self.period_days))

    def scaled(self, ratio: float) -> Ephemeris:
        """The same events at `ratio` times the period; the duration is dropped where it no longer fits."""
        period = self.period_days * ratio
        return replace(
            self, period_days=period, duration_days=self.duration_days if self.duration_days < period else np.nan
        )

    def turns(self, time: Float) -> Float:
        """Periods since the epoch; of a single event less than half of one before and after it."""
        if self.single:
            reach = 2.0 * float(np.max(np.abs(time - self.epoch_btjd), initial=1.0))
            return (time - self.epoch_btjd) / (1.001 * reach)
        return (time - self.epoch_btjd) / self.period_days

    def each_turn(self, time: Float, chosen: NDArray[np.bool_]) -> Iterator[tuple[int, slice]]:
        """Go through the turns about an event in which a sample is chosen.

        Parameters
        ----------
        time : ndarray of float, shape (n,)
            Rising, BTJD [days].
        chosen : ndarray of bool, shape (n,)

        Yields
        ------
        number, turn
            The number of the event since the epoch, and which samples are nearest to it.
        """
        number = np.round(self.turns(time)).astype(np.int64)
        wanted = np.unique(number[chosen])
        ends = (np.searchsorted(number, wanted, side).tolist() for side in ("left", "right"))
        for which, first, last in zip(wanted.tolist(), *ends, strict=True):
            yield which, slice(first, last)

    def away_days(self, time: Float) -> Float:
        """Days from the middle of the nearest event, negative before it.

        Examples
        --------
        >>> Ephemeris(period_days=3.0, epoch_btjd=1325.5, duration_days=0.1).away_days(np.array([1328.0, 1329.0]))
        array([-0.5,  0.5])
        """
        if self.single:
            return time - self.epoch_btjd
        turns = self.turns(time)
        return (turns - np.round(turns)) * self.period_days

    def expected_in(self, start_btjd: float, end_btjd: float) -> Float:
        """Middles of the events between two times, whether or not anything was observed then.

        Parameters
        ----------
        start_btjd, end_btjd : float
            Both included [BTJD, days].

        Returns
        -------
        ndarray of float
            BTJD [days], ascending.

        Examples
        --------
        >>> Ephemeris(period_days=3.0, epoch_btjd=1325.5, duration_days=0.1).expected_in(1327.0, 1333.0)
        array([1328.5, 1331.5])
        """
        if self.single:
            return np.array([self.epoch_btjd]) if start_btjd <= self.epoch_btjd <= end_btjd else np.zeros(0)
        first = np.ceil((start_btjd - self.epoch_btjd) / self.period_days)
        last = np.floor((end_btjd - self.epoch_btjd) / self.period_days)
        return np.asarray(self.epoch_btjd + np.arange(first, last + 1) * self.period_days, dtype=np.float64)
