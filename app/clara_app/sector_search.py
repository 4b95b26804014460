"""Period search in all sectors of a star together, while they are shown as one light curve."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from clara_app.background_job import BackgroundJob
from clara_app.formatting import counted
from clara_app.session import Session
from clara_app.stars import Star
from clara_engine.jobs import JobKind, Reporter
from clara_engine.periods import PeriodSearch

__all__ = ["SectorSearch"]

Found = tuple[str, PeriodSearch]


class SectorSearch:
    """Starts the search as a job when the sectors of the selected star are stitched, else shows those of one sector.

    Attributes
    ----------
    line : ActionText
        Progress of the search, with a button to cancel it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.job = BackgroundJob(session, self._found, stopped="stopped: the periods are those of one sector")
        self.line = self.job.line
        self._together: Star | None = None
        session.follow(self._choice_changed, "stitched", "target_id")

    def _choice_changed(self, *events: object) -> None:
        session = self.session
        sectors = tuple(session.sectors(session.target_id)) if session.target_id else ()
        if session.stitched and len(sectors) > 1:
            work = partial(self._search, session.target_id, sectors)
            title = f"periods of {session.target_id.split('-')[0]} in {counted(len(sectors), 'sector')}"
            self.job.start(JobKind.PERIODS, title, work, passing=True)
        elif not session.stitched and self._together is session.star:
            session.show(session.target_id)

    def _search(self, target_id: str, sectors: tuple[str, ...], report: Reporter) -> Found:
        return target_id, self.session.server.search_sectors(sectors, report)

    def _found(self, result: Found) -> None:
        session, (target_id, search) = self.session, result
        if not session.stitched:
            return
        if target_id != session.target_id:
            self._choice_changed()  # another star came meanwhile
            return
        self._together = session.star = replace(session.star, search=search)
        if search.best is not None:
            session.adopt(search.best.ephemeris)
