"""Another period search of the selected star: in all sectors, without what is saved, or with known bad times."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from clara_app.background_job import BackgroundJob
from clara_app.formatting import counted
from clara_app.session import Session
from clara_app.stars import Star
from clara_engine.jobs import JobKind, Reporter
from clara_engine.periods import Ephemeris, FlareSearch, PeriodSearch
from clara_engine.store.ephemerides import EphemerisBook

__all__ = ["SectorSearch"]

#: The light curves that are searched, what is left out, and whether times that are known to be bad are searched.
Asked = tuple[tuple[str, ...], tuple[Ephemeris, ...], bool]
Found = tuple[str, Asked, PeriodSearch, FlareSearch]


class SectorSearch:
    """Starts the search as a job when something else is asked for than the one sector without its bad times.

    Else it shows what was found in the one sector.

    Attributes
    ----------
    line : ActionText
        Progress of the search, with a button to cancel it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.job = BackgroundJob(session, self._found, stopped="stopped: the periods are those found before")
        self.line = self.job.line
        self._again: Star | None = None
        session.follow(self._choice_changed, "stitched", "without_saved", "keep_bad", "target_id")
        session.follow(self._saved_changed, "ephemerides_changed")

    def _asked(self) -> Asked | None:
        """What is to be searched; None where the search of the star itself has it."""
        session, curve = self.session, self.session.star.light_curve
        if not session.target_id or curve is None:
            return None
        sectors = tuple(session.sectors(session.target_id)) if session.stitched else ()
        ids = sectors if len(sectors) > 1 else (session.target_id,)
        known: tuple[Ephemeris, ...] = ()
        if session.without_saved:
            saved = session.server.ephemerides(curve.target)
            known = tuple(EphemerisBook.ephemeris(row) for _, row in saved.iterrows())
        keep_bad = session.keep_bad and any(not one.searched for one in session.bad)
        return (ids, known, keep_bad) if len(ids) > 1 or known or keep_bad else None

    def _choice_changed(self, *events: object) -> None:
        session, asked = self.session, self._asked()
        if asked is not None:
            ids, known, keep_bad = asked
            work = partial(self._search, session.target_id, asked)
            title = f"periods of {session.target_id.split('-')[0]}"
            title += f" in {counted(len(ids), 'sector')}" if len(ids) > 1 else ""
            title += f" without {len(known)} saved" if known else ""
            title += " in bad times, too" if keep_bad else ""
            self.job.start(JobKind.PERIODS, title, work, passing=True)
        elif self._again is session.star:
            session.show(session.target_id)

    def _saved_changed(self, *events: object) -> None:
        if self.session.without_saved:
            self._choice_changed()

    def _search(self, target_id: str, asked: Asked, report: Reporter) -> Found:
        return target_id, asked, *self.session.server.search_again(*asked, report)

    def _found(self, result: Found) -> None:
        session, (target_id, asked, search, flares) = self.session, result
        wanted = self._asked()
        if target_id != session.target_id or asked != wanted:
            if wanted is not None:
                self._choice_changed()  # something else was asked for meanwhile
            return
        self._again = session.star = replace(session.star, search=search, flares=flares)
        if search.best is not None or not session.period_typed:
            session.adopt(session.star.best, found=True)
