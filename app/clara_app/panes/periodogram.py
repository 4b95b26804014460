"""Both periodograms of the selected star, and everything found in them as a list; a click chooses the period."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
from bokeh.models.annotations import Span
from bokeh.plotting import figure

from clara_app.areas.parts import part
from clara_app.card import card, live_text
from clara_app.hiding import HIDDEN, show
from clara_app.kept_plot import KeptPlot
from clara_app.paged_table import PagedTable
from clara_app.panes.ephemeris_candidates import (
    COLUMNS,
    EphemerisCandidate,
    ephemeris_candidates,
    marked_candidates,
    nearest_candidate,
)
from clara_app.rendering import render
from clara_app.sector_search import SectorSearch
from clara_app.session import Session
from clara_app.stars import Star
from clara_app.theme import palette
from clara_app.widgets import RadioButtonGroup
from clara_engine.periods import BoxPeak, BoxPeriodogram, Peak, Periodogram
from clara_engine.plots.periodogram import periodogram_drawing

__all__ = ["PeriodogramPane", "PeriodogramPlot", "nearest_peak"]

# A click within this factor of a listed peak means the peak.
REACH = 1.06
NOTHING = "No period stands out of the noise."
VIEWS = {"LS": "ls", "BLS": "bls", "List": "list"}


def nearest_peak(period_days: float, found: Periodogram | BoxPeriodogram | None) -> Peak | BoxPeak | None:
    """The highest peak near a clicked period [days]."""
    peaks = found.peaks if found is not None else ()
    near = (peak for peak in peaks if max(peak.period_days / period_days, period_days / peak.period_days) < REACH)
    return next(near, None)


class PeriodogramPlot(KeptPlot):
    """Power, or the signal-to-noise of the best box, against period [days], with a line to drag.

    Parameters
    ----------
    tapped : callable
        Called with a clicked period [days].
    dragged : callable
        Called with the period that the line was dragged to.
    """

    def __init__(
        self, *, dark: bool, tapped: Callable[[float], object], dragged: Callable[[float | None], None]
    ) -> None:
        super().__init__(periodogram_drawing, dark=dark, tapped=lambda x, y: tapped(x))
        self.here = Span(
            dimension="height", line_width=1, line_dash="dashed", location=None, editable=False, hover_line_width=3
        )
        self.here.line_color = palette(dark).accent
        self.here.on_change("location", lambda name, before, now: dragged(now))

    def _join(self, made: figure) -> None:
        super()._join(made)
        made.add_layout(self.here)

    def mark(self, period_days: float | None) -> None:
        """Mark the period on the screen."""
        # A line that can be dragged and is nowhere is an error of Bokeh's script wherever the pointer goes.
        self.here.update(location=period_days, editable=period_days is not None)

    def paint(self, dark: bool) -> None:
        """Take a theme."""
        super().paint(dark)
        self.here.line_color = palette(dark).accent


class PeriodogramPane(pn.viewable.Viewer):
    """The periods of the selected star.

    The search that decided is shown until the user chooses a view.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.listed: list[EphemerisCandidate] = []
        self.plot = PeriodogramPlot(dark=session.dark, tapped=self.choose, dragged=self._dragged)
        self.views = RadioButtonGroup(
            label="view of the periods",
            options=VIEWS,
            value=_deciding(session.star),
            description="Lomb–Scargle (smooth variation), box least squares (dips), or all periods as a list",
            classes="tight",
        )
        self._chosen = False
        self._following = False
        self.table = PagedTable(
            self.row_clicked,
            sizing_mode="stretch_both",
            empty="no period: the light curve could not be searched",
            columns=[{"name": n, "title": t, "help": h, "side": s} for n, t, h, s in COLUMNS],
        )
        self.figure = part(self.plot, "1 1 0")
        self.list_box = part(self.table, "1 1 0")
        self.problem = live_text(css=":host{padding:8px 12px}", styles=HIDDEN)
        self.nothing_found = live_text(NOTHING, css=":host{padding:0 12px;opacity:.75}", styles=HIDDEN)
        self.sectors = SectorSearch(session)
        self._view = card(
            "Periods",
            self.sectors.line,
            self.problem,
            self.nothing_found,
            self.figure,
            self.list_box,
            tools=(self.views,),
            chip=session.param.star_origin,
        )
        self.views.param.watch(self._view_chosen, "value")
        session.follow(self._star_changed, "star")
        session.follow(self._show_list, "ephemerides_changed", "shared", "to_fit")
        session.follow(self._show, "labels_changed")
        session.follow(self._mark, "period_days")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self._star_changed()

    @property
    def found(self) -> Periodogram | BoxPeriodogram | None:
        """The periodogram that is shown."""
        search = self.session.star.search
        if search is None:
            return None
        return search.box if self.views.value == "bls" else search.lomb_scargle

    def choose(self, period_days: float | None) -> None:
        """Take a clicked period, or the peak beside it."""
        if not period_days or period_days <= 0:
            return
        peak = nearest_peak(period_days, self.found)
        if isinstance(peak, BoxPeak):
            self.session.adopt(peak.ephemeris, found=True)
        else:
            self.session.adopt_period(peak.period_days if peak else period_days, typed=peak is None)

    def _dragged(self, now: float | None) -> None:
        """Fold on where the line of the period was dragged to."""
        if now is not None and now > 0 and now != self.session.period_days:
            self.session.type_period(round(now, 6))

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        if 0 <= place < len(self.listed):
            candidate = self.listed[place]
            if candidate.ephemeris is not None:
                self.session.adopt(candidate.ephemeris, found=candidate.found)
            else:
                self.session.adopt_period(candidate.period_days)
            self.table.selected = place

    def _view_chosen(self, event: object) -> None:
        if not self._following:
            self._chosen = True
            self._show()

    def _star_changed(self, *events: object) -> None:
        if not self._chosen and self.session.star.search is not None:
            self._following = True
            self.views.value = _deciding(self.session.star)
            self._following = False
        self._show()

    def _show(self, *events: object) -> None:
        listed, star = self.views.value == "list", self.session.star
        why = star.problem if star.search is None and star.light_curve is not None else ""
        self.problem.object = render("plain", words=why)
        show(self.problem, bool(why))
        show(self.nothing_found, star.search is not None and star.search.best is None and not listed)
        show(self.figure, not listed and not (star.search is None and star.problem))
        show(self.list_box, listed)
        if not listed:
            known = self.session.server.known_ephemerides(star.target_id)
            self.plot.draw(found=self.found, known=[(one.ephemeris.period_days, one.name) for one in known])
        self._show_list()

    def _show_list(self, *events: object) -> None:
        if self.views.value == "list":
            session, curve = self.session, self.session.star.light_curve
            known = session.server.known_ephemerides(session.target_id)
            self.listed = []
            if curve is not None:
                saved = session.server.ephemerides(curve.target)
                self.listed = ephemeris_candidates(session.star, saved, known, session.fitted)
            self.listed = marked_candidates(session.shared) + self.listed
            self.table.rows = [candidate.texts for candidate in self.listed]
        self._mark()

    def _mark(self, *events: object) -> None:
        self.plot.mark(self.session.period_days)
        if self.views.value == "list":
            self.table.selected = nearest_candidate(self.listed, self.session.period_days)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _deciding(star: Star) -> str:
    """The view of the search that decided on the period."""
    best = star.search.best if star.search is not None else None
    return "bls" if best is not None and best.kind != "variation" else "ls"
