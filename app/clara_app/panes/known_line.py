"""Known or new, and what next: a line or two at the head of the star, from kept tables."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import panel as pn

from clara_app.card import live_text
from clara_app.hiding import HIDDEN, show
from clara_app.in_thread import LatestRequest
from clara_app.rendering import render
from clara_app.session import Session
from clara_engine.archives.footprint import Seen, sectors_seeing
from clara_engine.archives.manifest import pointings
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Transit
from clara_engine.periods.next_events import btjd_of, next_of_measured
from clara_engine.studies.known import Known, known_of

__all__ = ["KnownLine", "known_html", "next_event_text", "sectors_text"]

CSS = ":host{font-size:11px;line-height:15px;padding:0 10px 4px;overflow-wrap:anywhere}"
SHOWN_SECTORS = 6
#: How the catalogues are asked on the page.
ASK = "Catalogues, in Data, asks them"
#: Views of the star that measure the event anyway.
MEASURING = ("period", "vetting")


def next_event_text(measured: Transit, now: datetime) -> str:
    """The next event in UTC with its grown error; empty of a single event.

    Parameters
    ----------
    measured : Transit
    now : datetime
        With its zone.
    """
    following = next_of_measured(measured, btjd_of(now))
    if not following:
        return ""
    event = following[0]
    if event.error_days > measured.ephemeris.period_days / 2:
        return f"next event: lost, its error of {event.error_hours:.2g} h is more than half a period"
    error = f" ± {event.error_hours:.2g} h" if np.isfinite(event.error_hours) else ", its error is not known"
    return f"next event {event.middle_utc:%Y-%m-%d %H:%M} UTC{error}"


def sectors_text(sectors: list[Seen], last: int) -> str:
    """The sectors to come that see the star, as far as they are planned.

    Parameters
    ----------
    sectors : list of Seen
    last : int
        The last sector that is known.
    """
    if not sectors:
        return f"in no sector to come (known to {last})"
    some = ", ".join(f"{one.sector} ({one.start:%b %Y})" for one in sectors[:SHOWN_SECTORS])
    more = f" and {len(sectors) - SHOWN_SECTORS} more" if len(sectors) > SHOWN_SECTORS else ""
    return f"sectors to come: {some}{more}"


def known_html(known: Known, following: str = "", sectors: str = "") -> str:
    """The lines.

    Parameters
    ----------
    known : Known
    following, sectors : str
        From `next_event_text` and `sectors_text`, empty where there is nothing to say.
    """
    cited = "; ".join(f"{entry.name}: {entry.reference} {entry.bibcode}, by {entry.matched_by}" for entry in known.own)
    return render("known", cited=cited, sentences=[*known.sentences(ASK), *filter(None, (following, sectors))])


class KnownLine(pn.viewable.Viewer):
    """What catalogues know of the star on the screen, its next event, and the sectors to come."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._asking, self._measuring = LatestRequest(session), LatestRequest(session)
        self._known, self._following, self._sectors = Known(), "", ""
        self.html = live_text(css=CSS, sizing_mode="stretch_width", styles=HIDDEN)
        session.follow(self._show, "star", "period_days", "archives_changed")
        session.follow(self._foretell, "curve", "period_days", "epoch_btjd", "duration_days", "to_fit", "views")
        self._show()
        self._foretell()

    def _observed(self) -> LightCurve | None:
        """The light curve of a star that catalogues may know."""
        curve = self.session.star.light_curve
        known = curve is not None and not curve.target.simulated and curve.target.catalogue == "TIC"
        return curve if known else None

    def _show(self, *events: object) -> None:
        curve = self._observed()
        self._asking.cancel()
        if curve is None:
            show(self.html, False)
            return
        workspace, period = self.session.server.workspace, self.session.period_days

        def work() -> tuple[Known, str]:
            return known_of(workspace, curve.target, period, span_days=_span(curve)), _to_come(curve)

        self._asking(work, self._put)

    def _put(self, found: tuple[Known, str]) -> None:
        self._known, self._sectors = found
        self._draw()

    def _foretell(self, *events: object) -> None:
        session = self.session
        curve, ephemeris = session.curve, session.ephemeris
        if not set(MEASURING) & set(session.views):
            return
        self._measuring.cancel()
        self._put_event("")
        if self._observed() is None or curve is None or ephemeris is None or ephemeris.single or session.to_fit:
            return
        if np.isfinite(ephemeris.duration_days):
            server, target_id = session.server, session.target_id

            def measured() -> Transit:
                if session.one_of_several:  # all that was observed foretells best
                    return server.joined_event(target_id, ephemeris).event
                return server.transit(curve, ephemeris)

            self._measuring(lambda: next_event_text(measured(), datetime.now(UTC)), self._put_event, lambda why: None)

    def _put_event(self, text: str) -> None:
        self._following = text
        self._draw()

    def _draw(self) -> None:
        if self._observed() is not None:
            self.html.object = known_html(self._known, self._following, self._sectors)
            show(self.html)

    def __panel__(self) -> pn.viewable.Viewable:
        return self.html


def _span(curve: LightCurve) -> float:
    time = curve.finite().time
    return float(np.ptp(time)) if time.size else 27.0


def _to_come(curve: LightCurve) -> str:
    target, table = curve.target, pointings()
    if not (np.isfinite(target.ra) and np.isfinite(target.dec)):
        return ""
    today = datetime.now(UTC).date()
    return sectors_text(sectors_seeing(table, target.ra, target.dec, after=today), table.pointing[-1].number)
