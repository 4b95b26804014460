"""Events that were measured, kept for all panes and pages."""

from __future__ import annotations

from threading import Lock

from cachetools import LRUCache

from clara_engine.caching import remembered
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, Transit, measure_event

__all__ = ["MeasuredEvents"]


class MeasuredEvents:
    """Measures the event of an ephemeris, on the period of its orbit, once.

    The ephemeris that was fitted gives the same measurement, not another fit that begins there.

    Parameters
    ----------
    most : int
        So many measurements are kept.
    """

    def __init__(self, most: int) -> None:
        self._measure = remembered(most)(measure_event)
        self._known: LRUCache[tuple[LightCurve, Ephemeris], Transit] = LRUCache(2 * most)
        self._lock = Lock()

    def __call__(self, light_curve: LightCurve, ephemeris: Ephemeris) -> Transit:
        """The event of an ephemeris that was found, typed, or fitted before."""
        known = self.known(light_curve, ephemeris)
        if known is not None:
            return known
        found = self._measure(light_curve, ephemeris)
        with self._lock:
            for at in (ephemeris, found.ephemeris):
                self._known[light_curve, at] = found
        return found

    def known(self, light_curve: LightCurve, ephemeris: Ephemeris) -> Transit | None:
        """The same, at once, where it has been measured lately; else None."""
        with self._lock:
            return self._known.get((light_curve, ephemeris))
