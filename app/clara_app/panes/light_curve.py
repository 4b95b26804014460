"""Every sample of the selected star against time, with a 30-minute mean, gaps, flags and the times of the events."""

from __future__ import annotations

from functools import partial

import panel as pn
from bokeh.models import BasicTicker

from clara_app.areas.parts import part, row
from clara_app.card import card, live_text
from clara_app.formatting import counted
from clara_app.hiding import HIDDEN, is_shown, show
from clara_app.panes.light_curve_plot import LightCurvePlot
from clara_app.panes.light_curve_tools import LightCurveTools
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.star_view import FLUXES
from clara_app.time_axis import TimeAxis
from clara_app.widgets import Checkbox, FloatInput, Select
from clara_engine.lightcurve import LightCurve, sector_word, star_of
from clara_engine.periods.fold import no_level
from clara_engine.periods.marked import MarkedEvent, SharedPeriod, marked_event, shared_periods
from clara_engine.plots.light_curve import light_curve_drawing

__all__ = ["LightCurvePane", "LightCurvePlot"]

ALL, BESIDE = "all", "beside"
# More figures than this are too narrow to be read; the latest sectors are shown.
MOST_BESIDE = 6


class LightCurvePane(pn.viewable.Viewer):
    """The light curve of the selected star, in the flux and the sectors that were chosen."""

    def __init__(self, session: Session, axis: TimeAxis | None = None) -> None:
        super().__init__()
        self.session = session
        self.plot = LightCurvePlot(axis, marked=self.mark, dark=session.dark)
        self.drawn_around: list[tuple[float, float]] = []  # what waits to be marked
        self.flux = Select.from_param(
            session.param.flux,
            label="flux",
            options={title: name for name, title in FLUXES.items()},
            width=94,
            description="PDCSAP, or what the product has in its place; SAP, the plain sum over the aperture; "
            "detrended: without its slow changes. What is stored stays as it is.",
        )
        self.window = FloatInput.from_param(
            session.param.window_days,
            label="window of the filter, days",
            width=44,
            step=0.1,
            format="0.0",
            description="window of the biweight filter [days]: three times the longest event or more",
        )
        self._unit = live_text("d window", css=":host{white-space:nowrap;opacity:.65}", align="center")
        self.sector = Select(
            label="sector",
            options=[""],
            value="",
            width=106,
            description="sector of this star, or all of them stitched",
        )
        self.keep_bad = Checkbox.from_param(
            session.param.keep_bad,
            label="search shaded",
            margin=(4, 6),
            styles=HIDDEN,
            description="Shaded times are known to be bad: pointing jitter, momentum dumps and the like. "
            "The search for periods leaves them out unless this is ticked.",
        )
        self.problem = live_text(css=":host{padding:8px 12px}", styles=HIDDEN)
        self.tools = LightCurveTools(session, self.plot)
        self.figure = part(self.plot, "1 1 0")
        self.besides: list[LightCurvePlot] = []
        self.beside = row()
        show(self.beside, False)
        self._view = card(
            "Light curve",
            self.tools,
            self.problem,
            self.figure,
            self.beside,
            tools=(self.keep_bad, self.sector, self.flux, self.window, self._unit),
            chip=session.param.star_origin,
        )
        self.sector.param.watch(self._sector_chosen, "value")
        session.follow(self._show, "curve", "curve_problem", "beside")
        session.follow(self._mark, "period_days", "epoch_btjd", "marks")
        session.follow(self._look, "event_place")
        session.follow(self._paint, "dark")
        self._show()
        self._mark()

    def _show(self, *events: object) -> None:
        session = self.session
        detrended = session.flux == "detrended"
        show(self.window, detrended)
        show(self._unit, detrended)
        del self.drawn_around[1:]  # what waits was drawn on another light curve
        show(self.keep_bad, any(not one.searched for one in session.bad))
        self.plot.draw(curve=session.curve, ephemeris=session.ephemeris, bad=session.bad)
        missing = session.curve is None
        self.problem.object = render("plain", words=session.curve_problem if missing else "")
        show(self.problem, missing)
        sectors = session.sectors(session.target_id)
        several = len(sectors) > 1
        show(self.sector, several)
        if several:
            # Its product and cadence where another is shown than the star's own: "sector 2, QLP-1800"
            own, word = session.target_id.split("-", 2)[-1], sector_word(star_of(session.target_id))
            kinds = {target_id: target_id.split("-", 2)[-1] for target_id in sectors}
            options = {
                f"{word} {number}" + ("" if kinds[target_id] == own else f", {kinds[target_id]}"): target_id
                for number, target_id in sectors.items()
            }
            options |= {counted(len(sectors), word): ALL, "side by side": BESIDE}
            self.sector.param.update(options=options, value=self._sectors_shown())
        beside = several and session.stitched and session.beside and not missing
        show(self.figure, not beside and not (missing and session.curve_problem))
        show(self.beside, beside)
        if beside:
            self._show_beside()

    def _sectors_shown(self) -> str:
        session = self.session
        return (BESIDE if session.beside else ALL) if session.stitched else session.target_id

    def _show_beside(self) -> None:
        """A figure a sector, all with one flux axis."""
        session = self.session
        parts = dict(list(session.parts.items())[-MOST_BESIDE:])
        while len(self.besides) < len(parts):
            made = LightCurvePlot(follows=False, dark=session.dark)
            if self.besides:
                made.figure.y_range = self.besides[0].figure.y_range
                made.figure.yaxis.visible = False
            made.figure.xaxis.ticker = BasicTicker(desired_num_ticks=4)
            self.beside.append(part(made, "1 1 0" if self.besides else "1 1 86px"))  # the first has the flux axis
            self.besides.append(made)
        for place, pane in enumerate(self.beside):
            show(pane, place < len(parts))
        as_it_is = any(no_level(curve) for curve in parts.values())  # one axis has one unit
        flux_ends = _outermost([light_curve_drawing(curve, as_it_is=as_it_is).y for curve in parts.values()])
        for made, (sector, curve) in zip(self.besides, parts.items(), strict=False):
            made.draw(
                curve=curve,
                ephemeris=session.ephemeris,
                bad=session.bad,
                as_it_is=as_it_is,
                flux_ends=flux_ends,
                time_title=f"{sector_word(curve.target.star)} {sector}, BTJD",
            )

    def _sector_chosen(self, event: object) -> None:
        session, chosen = self.session, self.sector.value
        if not is_shown(self.sector) or chosen == self._sectors_shown():
            return
        if chosen in (ALL, BESIDE):
            session.param.update(stitched=True, beside=chosen == BESIDE)
        elif chosen == session.target_id:
            session.stitched = False
        else:
            session.stitched = False
            session.show(chosen)

    def _mark(self, *events: object) -> None:
        marked = [(one.start_btjd, one.end_btjd) for one in self.session.marks] + self.drawn_around
        for made in (self.plot, *(self.besides if is_shown(self.beside) else ())):
            made.draw(ephemeris=self.session.ephemeris, marked=marked)

    def _look(self, *events: object) -> None:
        """Bring the event that is looked at into view."""
        if (window := self.session.event_window) is not None:
            self.plot.show_times(*window)

    def mark(self, start_btjd: float, end_btjd: float) -> None:
        """Mark the event between two times: a dip is fitted there, its middle becomes the epoch.

        Parameters
        ----------
        start_btjd, end_btjd : float
            [BTJD, days].
        """
        self.drawn_around.append((start_btjd, end_btjd))
        self._mark()
        if len(self.drawn_around) == 1:
            self._mark_next()

    def _mark_next(self) -> None:
        """Fit what was drawn around first; one after another, so that none is lost."""
        session, curve = self.session, self.session.curve
        if not self.drawn_around or curve is None:
            self.drawn_around = []
            return
        before = session.marks[0] if len(session.marks) == 1 else None

        def done(found: tuple[MarkedEvent, tuple[SharedPeriod, ...]] | None) -> None:
            del self.drawn_around[:1]
            if found is not None and session.curve is curve:  # else another star has come meanwhile
                session.add_mark(*found)
            self._mark()
            self._mark_next()

        def failed(why: str) -> None:
            session.notify(why)
            done(None)

        session.compute(partial(_marked, curve, *self.drawn_around[0], before), done, failed)

    def _paint(self, *events: object) -> None:
        for drawn in (self.plot, *self.besides):
            drawn.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _marked(
    curve: LightCurve, start_btjd: float, end_btjd: float, before: MarkedEvent | None
) -> tuple[MarkedEvent, tuple[SharedPeriod, ...]]:
    event = marked_event(curve, start_btjd, end_btjd)
    return event, shared_periods(curve, before, event) if before is not None else ()


def _outermost(ends: list[tuple[float, float]]) -> tuple[float, float] | None:
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None
