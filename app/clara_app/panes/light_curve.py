"""Every sample of the selected star against time, with a 30-minute mean, gaps, flags and the times of the events."""

from __future__ import annotations

from html import escape
from typing import Any

import panel as pn
from bokeh.models import BasicTicker

from clara_app.areas.parts import part, row
from clara_app.card import card, live_text
from clara_app.formatting import counted
from clara_app.kept_plot import KeptPlot
from clara_app.session import Session
from clara_app.star_view import FLUXES
from clara_app.time_axis import TimeAxis
from clara_app.widgets import Checkbox, FloatInput, Select
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.fold import no_level
from clara_engine.plots.light_curve import light_curve_drawing

__all__ = ["LightCurvePane", "LightCurvePlot", "facts_of"]

ALL, BESIDE = "all", "beside"
# More figures than this are too narrow to be read; the latest sectors are shown.
MOST_BESIDE = 6


class LightCurvePlot(KeptPlot):
    """A light curve against time; events come and go without moving the view."""

    def __init__(self, axis: TimeAxis | None = None, *, dark: bool = False, **given: Any) -> None:
        super().__init__(light_curve_drawing, stays=("ephemeris",), axis=axis or TimeAxis(), dark=dark, **given)


def facts_of(curve: LightCurve | None) -> str:
    """How many samples, over how long, how many of them flagged, and why there is no level where there is none."""
    if curve is None:
        return ""
    clean = curve.finite()
    bad = int((clean.quality != 0).sum())
    flagged = f" · {bad:,} flagged" if bad else ""
    level = f" · {why}" if (why := no_level(clean)) else ""
    return f"{counted(len(clean), 'sample')} · {clean.span_days:.1f} d{flagged}{level}"


class LightCurvePane(pn.viewable.Viewer):
    """The light curve of the selected star, in the flux and the sectors that were chosen."""

    def __init__(self, session: Session, axis: TimeAxis | None = None) -> None:
        super().__init__()
        self.session = session
        self.plot = LightCurvePlot(axis, dark=session.dark)
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
            visible=False,
            description="Shaded times are known to be bad: pointing jitter, momentum dumps and the like. "
            "The search for periods leaves them out unless this is ticked.",
        )
        self._facts = live_text(
            css=":host{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}",
            styles={"opacity": ".65", "min-width": "0"},
            align="center",
        )
        self._problem = live_text(css=":host{padding:8px 12px}", visible=False)
        self._figure = part(self.plot, "1 1 0")
        self.besides: list[LightCurvePlot] = []
        self._beside = row()
        self._beside.visible = False
        self._view = card(
            "Light curve",
            self._problem,
            self._figure,
            self._beside,
            tools=(self._facts, self.keep_bad, self.sector, self.flux, self.window, self._unit),
            chip=session.param.star_origin,
        )
        self.sector.param.watch(self._sector_chosen, "value")
        session.follow(self._show, "curve", "curve_problem", "beside")
        session.follow(self._mark, "period_days", "epoch_btjd")
        session.follow(self._paint, "dark")
        self._show()
        self._mark()

    def _show(self, *events: object) -> None:
        session = self.session
        detrended = session.flux == "detrended"
        self.window.visible = self._unit.visible = detrended
        self.keep_bad.visible = any(not one.searched for one in session.bad)
        self.plot.draw(curve=session.curve, ephemeris=session.ephemeris, bad=session.bad)
        search = session.star.search
        left_out = search.left_out_words if search is not None else ""
        self._facts.object = f'<span title="{escape(left_out)}">{facts_of(session.curve)}</span>'
        missing = session.curve is None
        self._problem.object = escape(session.curve_problem) if missing else ""
        self._problem.visible = missing
        sectors = session.sectors(session.target_id)
        several = len(sectors) > 1
        self.sector.visible = several
        if several:
            # Its product and cadence where another is shown than the star's own: "sector 2, QLP-1800"
            own = session.target_id.split("-", 2)[-1]
            kinds = {target_id: target_id.split("-", 2)[-1] for target_id in sectors}
            options = {
                f"sector {number}" + ("" if kinds[target_id] == own else f", {kinds[target_id]}"): target_id
                for number, target_id in sectors.items()
            }
            options |= {counted(len(sectors), "sector"): ALL, "side by side": BESIDE}
            self.sector.param.update(options=options, value=self._sectors_shown())
        beside = several and session.stitched and session.beside and not missing
        self._figure.visible, self._beside.visible = not beside, beside
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
            made = LightCurvePlot(dark=session.dark)
            if self.besides:
                made.figure.y_range = self.besides[0].figure.y_range
                made.figure.yaxis.visible = False
            made.figure.xaxis.ticker = BasicTicker(desired_num_ticks=4)
            self._beside.append(part(made, "1 1 0" if self.besides else "1 1 86px"))  # the first has the flux axis
            self.besides.append(made)
        for place, pane in enumerate(self._beside):
            pane.visible = place < len(parts)
        as_it_is = any(no_level(curve) for curve in parts.values())  # one axis has one unit
        flux_ends = _outermost([light_curve_drawing(curve, as_it_is=as_it_is).y for curve in parts.values()])
        for made, (sector, curve) in zip(self.besides, parts.items(), strict=False):
            made.draw(
                curve=curve,
                ephemeris=session.ephemeris,
                bad=session.bad,
                as_it_is=as_it_is,
                flux_ends=flux_ends,
                time_title=f"sector {sector}, BTJD",
            )

    def _sector_chosen(self, event: object) -> None:
        session, chosen = self.session, self.sector.value
        if not self.sector.visible or chosen == self._sectors_shown():
            return
        if chosen in (ALL, BESIDE):
            session.param.update(stitched=True, beside=chosen == BESIDE)
        elif chosen == session.target_id:
            session.stitched = False
        else:
            session.stitched = False
            session.show(chosen)

    def _mark(self, *events: object) -> None:
        for made in (self.plot, *(self.besides if self._beside.visible else ())):
            made.draw(ephemeris=self.session.ephemeris)

    def _paint(self, *events: object) -> None:
        for drawn in (self.plot, *self.besides):
            drawn.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _outermost(ends: list[tuple[float, float]]) -> tuple[float, float] | None:
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None
