"""One star with its light curve and period search, read once and shared by all panes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from clara_engine.archives.intervals import BadIntervals, bad_intervals
from clara_engine.caching import remembered
from clara_engine.errors import ClaraError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import (
    Ephemeris,
    FlareSearch,
    Periodogram,
    PeriodSearch,
    find_flares,
    find_periods,
    star_sentences,
)

__all__ = ["NO_STAR", "Facts", "Star", "StarCache", "read_star"]


@dataclass(frozen=True, slots=True)
class Facts:
    """Metadata of a target that are known before its file is read.

    Attributes
    ----------
    stamp : hashable
        Changes when the file is written anew.
    """

    name: str = ""
    simulated: bool = False
    stamp: Hashable = None


@dataclass(frozen=True, slots=True)
class Star:
    """One target with everything that the panes show.

    Attributes
    ----------
    name : str
        Name for people; known even where the file can't be read.
    simulated : bool
        Whether what is shown is not an observation.
    light_curve, search, flares : None when they could not be had
    problem : str
        One line that says why something is missing, else empty.
    """

    target_id: str
    name: str = ""
    simulated: bool = False
    light_curve: LightCurve | None = None
    search: PeriodSearch | None = None
    flares: FlareSearch | None = None
    problem: str = ""

    @property
    def best(self) -> Ephemeris | None:
        """The ephemeris to fold on first: the decision of the search; None where nothing stands out."""
        best = self.search.best if self.search is not None else None
        return best.ephemeris if best is not None else None

    @property
    def periodogram(self) -> Periodogram | None:
        """Lomb–Scargle power."""
        return self.search.lomb_scargle if self.search is not None else None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the searches say of the star, a sentence each; the first is the verdict on its period."""
        return star_sentences(self.search, self.flares) if self.search is not None else ()


NO_STAR = Star("")


def read_star(
    target_id: str,
    read: Callable[[str], LightCurve],
    facts: Facts = Facts(),
    table: Callable[[], BadIntervals] = bad_intervals,
) -> Star:
    """Read a light curve and search for periods; a failure becomes `Star.problem` and is never raised."""
    try:
        light_curve = read(target_id)
    except (ClaraError, OSError) as error:
        return Star(target_id, facts.name, facts.simulated, problem=str(error).splitlines()[0])
    target = light_curve.target
    try:
        search = find_periods(light_curve, table=table())
        return Star(target_id, target.name, target.simulated, light_curve, search, find_flares(light_curve))
    except ClaraError as error:
        return Star(target_id, target.name, target.simulated, light_curve, problem=str(error))


class StarCache:
    """The stars shown last, for all sessions of the server.

    Parameters
    ----------
    facts : callable
        ``target_id -> Facts``; a star whose stamp has changed is read anew.
    table : callable
        Known bad intervals, which are not searched.
    """

    def __init__(
        self,
        read: Callable[[str], LightCurve],
        size: int = 32,
        facts: Callable[[str], Facts] = lambda target_id: Facts(),
        table: Callable[[], BadIntervals] = bad_intervals,
    ) -> None:
        self.read, self._facts, self._table = read, facts, table
        self._kept = remembered(size, key=lambda target_id, facts: (target_id, facts.stamp))(self._whole)

    def __call__(self, target_id: str) -> Star:
        """The star, from memory if it was shown lately. Failures are not cached: the file may come back."""
        try:
            return self._kept(target_id, self._facts(target_id))
        except _Unreadable as failure:
            return failure.star

    def _whole(self, target_id: str, facts: Facts) -> Star:
        star = read_star(target_id, self.read, facts, self._table)
        if star.light_curve is None:
            raise _Unreadable(star)
        return star


class _Unreadable(Exception):
    """There is no light curve; `star.problem` has the reason."""

    def __init__(self, star: Star) -> None:
        super().__init__(star.problem)
        self.star = star
