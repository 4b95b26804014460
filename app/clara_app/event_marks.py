"""Events of the star on the screen: those that somebody marked, and the one that is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import param

from clara_app.star_view import StarView
from clara_engine.periods import Ephemeris
from clara_engine.periods.marked import MarkedEvent, SharedPeriod, observed_events

__all__ = ["EventMarks"]

#: Days on both sides of an event that is looked at, in durations; of a variation, in periods.
DURATIONS, PERIODS = 3.0, 0.75
LEAST_DAYS = 0.15


class EventMarks(StarView):
    """The part of a session that belongs to single events. Another star has none that are marked."""

    marks = param.List([], item_type=MarkedEvent, doc="Marked events, two at most, in the order in which they were.")
    shared = param.List([], item_type=SharedPeriod, doc="Periods that have both marked events; the longest first.")
    event_place = param.Integer(None, allow_None=True, doc="Which of the observed events is looked at, from 0.")

    def follow_marks(self) -> None:
        """Forget marks and the event that is looked at, from now on, when they are those of another star or period."""
        self._before_marks: dict[str, Any] = {}
        self.param.watch(self._other_star, "star")
        self.param.watch(lambda *events: self.param.update(event_place=None), ["curve", "period_days", "epoch_btjd"])

    def _other_star(self, event: Any) -> None:
        if event.old is None or event.old.target_id != event.new.target_id:
            self.param.update(marks=[], shared=[])

    def add_mark(self, event: MarkedEvent, shared: tuple[SharedPeriod, ...] = ()) -> None:
        """Take a marked event as the epoch; a second one gives the period, a third begins anew.

        Parameters
        ----------
        event : MarkedEvent
        shared : tuple of SharedPeriod
            Of it and the one before, where that is the first.
        """
        if not self.marks:
            self._before_marks = {name: getattr(self, name) for name in ("period_days", "epoch_btjd", "duration_days")}
        if len(self.marks) == 1 and shared:
            self.param.update(marks=[*self.marks, event], shared=list(shared))
            self.adopt(shared[0].ephemeris, found=True)
            return
        self.param.update(marks=[event], shared=[])
        period = self.period_days
        if period and event.duration_days < period:
            self.adopt(Ephemeris(float(period), event.epoch_btjd, event.duration_days))
        else:
            self.adopt(event.ephemeris)

    def unmark(self) -> None:
        """Take the marks back, and the ephemeris that they gave."""
        if self.marks:
            self.param.update(marks=[], shared=[], **self._before_marks)

    def step_event(self, places: int) -> None:
        """Look at another observed event: 1 is the next, −1 the one before; at first the first or the last.

        Parameters
        ----------
        places : int
        """
        times = self.event_times
        if not times.size:
            self.notice = "no event of an ephemeris was observed: choose a period, or mark an event"
            return
        here = self.event_place
        start = -1 if places > 0 else times.size
        self.event_place = int(np.clip((start if here is None else here) + places, 0, times.size - 1))

    @property
    def event_times(self) -> Any:
        """Middles of the observed events [BTJD, days]."""
        if self.curve is None or self.ephemeris is None:
            return np.empty(0)
        return observed_events(self.curve, self.ephemeris)

    @property
    def event_window(self) -> tuple[float, float] | None:
        """From when to when the event that is looked at is shown [BTJD, days]."""
        ephemeris, times = self.ephemeris, self.event_times
        if self.event_place is None or ephemeris is None or self.event_place >= times.size:
            return None
        reach = DURATIONS * ephemeris.duration_days
        if not np.isfinite(reach):
            reach = PERIODS * ephemeris.period_days if np.isfinite(ephemeris.period_days) else 1.0
        middle = float(times[self.event_place])
        return middle - max(reach, LEAST_DAYS), middle + max(reach, LEAST_DAYS)
