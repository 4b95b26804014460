"""The selected star folded on the ephemeris on the screen, whole or around its events, and what the events measure."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource
from numpy.typing import NDArray

from clara_app.card import card, live_text, quiet
from clara_app.dots import dots
from clara_app.fields import TIGHT, Choice, Toggle
from clara_app.in_thread import LatestRequest
from clara_app.panes.light_curve import limits
from clara_app.session import Session
from clara_app.theme import PPM_TICKS, Palette, fixed_ticks, paint_frame, palette, plot
from clara_engine.errors import ClaraError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, Transit, around_events, fold
from clara_engine.periods.fold import no_level

__all__ = ["FoldPane", "FoldPlot", "measured_html", "variation_html"]

#: Views of the fold: title to where the phases begin; None is the event alone, in hours.
VIEWS = {"phase": -0.5, "secondary": -0.25, "event": None}
TITLES = {"phase": "phase", "sec.": "secondary", "event": "event"}
HINTS = "phase −0.5 to 0.5 · −0.25 to 0.75, where a secondary eclipse shows · the event alone, in hours"
SPREAD = (1.0, 99.0)
# Of a fixed height: text that grows would lay out and draw the figure anew.
MEASURED_HEIGHT = 46
WORDS = ":host{padding:0 8px;line-height:14px;font-size:11px;overflow-y:auto;box-sizing:border-box}"

Float = NDArray[np.float64]


class FoldPlot:
    """Figure of relative flux [ppm] against phase, or against hours from the middle of the event."""

    def __init__(self) -> None:
        self.samples = ColumnDataSource({"x": [], "flux": []})
        self.bins = ColumnDataSource({"x": [], "flux": []})
        self.odd_bins = ColumnDataSource({"x": [], "flux": []})
        self.figure = plot(
            x_range=(-0.5, 0.5),
            y_range=(-1, 1),
            tools="pan,xwheel_zoom,box_zoom,reset",
            active_drag="box_zoom",
            x_axis_label="phase (event at 0)",
            y_axis_label="flux (ppm)",
        )
        fixed_ticks(self.figure, PPM_TICKS)
        self._dots = dots(self.figure, "x", "flux", source=self.samples, size=1.5, fill_alpha=0.5)
        self._means = self.figure.scatter("x", "flux", source=self.bins, size=4, line_color=None)
        self._odd = self.figure.scatter("x", "flux", source=self.odd_bins, size=4.5, line_color=None, marker="triangle")

    def show(
        self, light_curve: LightCurve | None, ephemeris: Ephemeris | None, view: str = "phase", *, apart: bool = False
    ) -> float:
        """Draw a folded light curve, or nothing.

        Parameters
        ----------
        apart : bool
            Bins of odd and of even events each in their own colour.

        Returns
        -------
        float
            Between the highest and the lowest bin, the outermost 1 % aside [ppm]; NaN when nothing is drawn.
        """
        if light_curve is None or ephemeris is None:
            for source in (self.samples, self.bins, self.odd_bins):
                source.data = {"x": np.empty(0), "flux": np.empty(0)}
            return np.nan
        x, flux, centre, groups = _folded(light_curve, ephemeris, view, apart)
        if not np.isfinite(flux).any():
            self.show(None, None)
            return np.nan
        self.samples.data = {"x": x.astype(np.float32), "flux": flux.astype(np.float32)}
        for source, middle in zip((self.bins, self.odd_bins), (*groups, np.full(centre.size, np.nan)), strict=False):
            filled = np.isfinite(middle)
            source.data = {"x": centre[filled], "flux": middle[filled]}
        edge = 0.5 * float(centre[1] - centre[0])
        ends = {"start": float(centre[0]) - edge, "end": float(centre[-1]) + edge}
        self.figure.x_range.update(**ends, reset_start=ends["start"], reset_end=ends["end"])
        in_hours = VIEWS[view] is None or ephemeris.single
        self.figure.xaxis.axis_label = "hours from mid-event" if in_hours else "phase (event at 0)"
        start, end = limits(flux)
        self.figure.y_range.update(start=start, end=end, reset_start=start, reset_end=end)
        everything = np.concatenate(groups)
        if not np.isfinite(everything).any():
            return np.nan
        low, high = np.nanpercentile(everything, SPREAD)
        return float(high - low)

    def paint(self, colours: Palette) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self._dots.glyph.fill_color = colours.points
        self._means.glyph.fill_color = colours.accent
        self._odd.glyph.fill_color = colours.warn


def _folded(
    light_curve: LightCurve, ephemeris: Ephemeris, view: str, apart: bool
) -> tuple[Float, Float, Float, list[Float]]:
    """Place and flux of every sample, bin centres, and the bins: one group, or even and odd."""
    first_phase = VIEWS[view]
    folded: Any
    if first_phase is None or ephemeris.single:
        folded = around_events(light_curve, ephemeris)
        x, centre, middle, number = folded.hours, folded.bin_hours, folded.bin_flux_ppm, folded.number
    else:
        folded = fold(light_curve, ephemeris.period_days, ephemeris.epoch_btjd, first_phase=first_phase)
        x, centre, middle, number = folded.phase, folded.bin_phase, folded.bin_flux_ppm, folded.cycle
    groups = [folded.bins_of(number % 2 == which) for which in (0, 1)] if apart else [middle]
    return x, folded.flux_ppm, centre, groups


def measured_html(transit: Transit) -> str:
    """Depth, duration, signal-to-noise, odd against even events, and the secondary at its own phase, with errors."""
    odd = transit.odd_even
    count = len(transit.events)
    parts = [
        f"depth <b>{transit.depth_ppm:,.0f}</b>{_with_error(transit.depth_error_ppm, ',.0f')} ppm",
        _duration_words(transit),
        f"S/N <b>{transit.snr:.1f}</b>",
        f"{count} event{'' if count == 1 else 's'}",
    ]
    if np.isfinite(odd.sigma):
        parts.append(
            f"odd − even {odd.first_ppm - odd.second_ppm:+,.0f} ± {odd.error_ppm:,.0f} ppm ({odd.sigma:.1f} σ)"
        )
    if np.isfinite(transit.secondary_depth_ppm):
        error = _with_error(transit.secondary_depth_error_ppm, ",.0f")
        parts.append(f"second dip {transit.secondary_depth_ppm:,.0f}{error} ppm at phase {transit.secondary_phase:.3f}")
    return " · ".join(part for part in parts if part)


def _with_error(error: float, digits: str) -> str:
    """The error of a value; nothing where the fit says nothing."""
    return f" ± {format(error, digits)}" if np.isfinite(error) else ""


def _duration_words(transit: Transit) -> str:
    if transit.cut:
        return f"at least <b>{transit.duration_hours:.2f}</b> h long: a gap cuts it"
    if not np.isfinite(transit.duration_hours):
        return "it varies at all phases, so an event has no duration"
    return f"<b>{transit.duration_hours:.2f}</b>{_with_error(transit.duration_error_hours, '.2f')} h long"


def variation_html(amplitude_ppm: float) -> str:
    """What a variation without distinct events measures."""
    if not np.isfinite(amplitude_ppm):
        return ""
    return f"variation of <b>{amplitude_ppm:,.0f}</b> ppm, lowest to highest bin; Fit measures it as dips"


class FoldPane(pn.viewable.Viewer):
    """The fold. It works only while it is in view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = FoldPlot()
        self.apart = Toggle(
            label="odd",
            value=False,
            description="bins of odd (triangles) and even events apart",
            css=TIGHT,
        )
        self.view = Choice(label="view of the fold", options=TITLES, value="phase", description=HINTS, css=TIGHT)
        self._measuring = LatestRequest(session)
        self._measured = live_text(css=WORDS, height=MEASURED_HEIGHT, sizing_mode="stretch_width")
        self._view = card(
            "Fold",
            pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_both", margin=0),
            self._measured,
            tools=(self.apart, self.view),
            chip=session.param.star_origin,
        )
        self.apart.param.watch(self._show, "value")
        self.view.param.watch(self._show, "value")
        session.follow(self._show, "curve", "period_days", "epoch_btjd", "duration_days", "star_tab")
        session.follow(self._paint, "dark")
        self._show()
        self._paint()

    def _show(self, *events: object) -> None:
        session = self.session
        if session.star_tab != "period":
            return
        curve, ephemeris = session.curve, session.ephemeris
        self._measuring.cancel()
        try:
            spread = self.plot.show(curve, ephemeris, self.view.value, apart=self.apart.value)
        except ClaraError as error:
            self._refused(str(error))
            return
        if curve is None or ephemeris is None:
            self._measured.object = quiet("No period yet: click a peak, or type one below.") if curve else ""
        elif why := no_level(curve):
            self._measured.object = quiet(why)
        elif not np.isfinite(ephemeris.duration_days):
            self._measured.object = variation_html(spread)
        else:
            self._measured.object = quiet("measuring …")
            self._measuring(partial(session.server.transit, curve, ephemeris), self._say, self._refused)

    def _say(self, transit: Transit) -> None:
        self._measured.object = measured_html(transit)

    def _refused(self, why: str) -> None:
        self.plot.show(None, None)
        self._measured.object = quiet(why)

    def _paint(self, *events: object) -> None:
        self.plot.paint(palette(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
