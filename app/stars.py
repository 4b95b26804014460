"""What the panes show of one star, read once and shared by all of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from clara_engine.errors import ClaraError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Periodogram, periodogram

__all__ = ["NO_STAR", "Star", "StarCache", "read_star"]


@dataclass(frozen=True, slots=True)
class Star:
    """One target as it is on the screen.

    Attributes
    ----------
    light_curve, periodogram : None when they could not be had
    problem : str
        One line that says why something is missing, else empty.
    """

    target_id: str
    light_curve: LightCurve | None = None
    periodogram: Periodogram | None = None
    problem: str = ""

    @property
    def simulated(self) -> bool:
        """Whether what is shown is not an observation."""
        return self.light_curve is not None and self.light_curve.target.simulated

    @property
    def best_period_days(self) -> float | None:
        """Period of the highest Lomb–Scargle peak [days]."""
        peaks = self.periodogram.peaks if self.periodogram is not None else ()
        return round(peaks[0].period_days, 6) if peaks else None


NO_STAR = Star("")


def read_star(target_id: str, read: Callable[[str], LightCurve]) -> Star:
    """Read a light curve and compute its periodogram; what fails is told, never raised."""
    try:
        light_curve = read(target_id)
    except (ClaraError, OSError) as error:
        return Star(target_id, problem=str(error).splitlines()[0])
    try:
        return Star(target_id, light_curve, periodogram(light_curve))
    except ClaraError as error:
        return Star(target_id, light_curve, problem=str(error))


class StarCache:
    """The stars looked at last, for every session of the server."""

    def __init__(self, read: Callable[[str], LightCurve], size: int = 32) -> None:
        self._read = read
        self._size = size
        self._stars: OrderedDict[str, Star] = OrderedDict()
        self._lock = Lock()

    def __call__(self, target_id: str) -> Star:
        """The star, from memory if it was seen lately. Failures are not kept: the file may come back."""
        with self._lock:
            if target_id in self._stars:
                self._stars.move_to_end(target_id)
                return self._stars[target_id]
        star = read_star(target_id, self._read)
        if star.light_curve is not None:
            with self._lock:
                self._stars[target_id] = star
                while len(self._stars) > self._size:
                    self._stars.popitem(last=False)
        return star
