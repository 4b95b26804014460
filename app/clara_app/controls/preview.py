"""Preview of a synthetic design: some of its light curves, and their features beside those of the real stars."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import panel as pn
import param
from numpy.typing import NDArray

from clara_app.background_job import problem_html
from clara_app.card import live_text, quiet
from clara_app.formatting import counted
from clara_app.in_thread import LatestRequest
from clara_app.rendering import render
from clara_app.server import FEATURE_SET
from clara_app.session import Session
from clara_app.sparkline import Line, envelope, sparkline
from clara_engine.errors import ClaraError
from clara_engine.features import feature_set
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.fold import relative_ppm
from clara_engine.studies.distinct_features import distinct_features
from clara_engine.synthetic import SyntheticDesign, generate

__all__ = ["CURVES", "Preview", "curves_html", "preview_html", "stacked"]

#: How many curves are shown.
CURVES = 4
DRAWN = 600
#: How many features are named.
SHOWN = 5
SYNTHETIC, REAL = "var(--accent)", "var(--warn)"
#: Where the axis turns to percent, so that its numbers have room.
MOST_PPM, PPM_A_PERCENT = 100_000, 10_000
POWER_TICKS = (0.2, 1.0, 5.0, 27.0)

Float = NDArray[np.float64]


def stacked(curves: tuple[LightCurve, ...]) -> list[Line]:
    """Fluxes [ppm] of curves against days, each shifted below the one before."""
    lines, floor = [], 0.0
    for curve in curves:
        clean = curve.finite()
        time, flux = envelope(clean.time - clean.time[0], relative_ppm(clean.flux), DRAWN)
        lines.append(Line(time, flux + floor - flux.max(), SYNTHETIC, 0.9))
        floor += float(flux.min() - flux.max()) * 1.08
    return lines


def curves_html(curves: tuple[LightCurve, ...]) -> str:
    """Curves one below another; nothing where they are flat."""
    lines = stacked(curves)
    depth = max(float(line.y.max()) for line in lines) - min(float(line.y.min()) for line in lines)
    in_percent = depth > MOST_PPM
    if in_percent:
        lines = [replace(line, y=line.y / PPM_A_PERCENT) for line in lines]
    if not depth:
        return ""
    return sparkline(
        lines,
        x_label="days",
        y_label="%" if in_percent else "ppm",
        height=104,
        title="synthetic light curves",
        form="{:,.0f}",
        x_ticks=range(0, int(max(line.x.max() for line in lines)) + 1, 5),
    )


def preview_html(curves: tuple[LightCurve, ...], median: NDArray[np.float32] | None) -> str:
    """Curves one below another, then each block of their features against the median of all stars.

    The flux block is that of the first curve, because transits at different times average out; the power block is the
    median over the curves.
    """
    chosen = feature_set(FEATURE_SET)
    rows = np.array([chosen.compute(curve) for curve in curves])
    pictures = [
        curves_html(curves),
        f'<div><span class="quiet">features:</span> <span style="color:{SYNTHETIC}">synthetic</span>, '
        f'<span style="color:{REAL}">median of all stars</span></div>',
    ]
    for block in chosen.blocks:
        shown = rows[0] if block.name == "flux" else np.median(rows, axis=0)
        both = [Line(*envelope(block.axis, shown[block.slice], DRAWN), SYNTHETIC)]
        if median is not None:
            real = np.asarray(median[block.slice], np.float64)
            both.append(Line(*envelope(block.axis, real, DRAWN), REAL, 1.2))
        ticks = POWER_TICKS if block.axis_log else range(0, block.axis.size, 1000)
        unit = f" ({block.axis_unit})" if block.axis_unit else ""
        pictures.append(
            sparkline(
                both,
                x_label=f"{block.axis_name}{unit}",
                y_label=block.unit or block.name,
                height=78,
                log_x=block.axis_log,
                x_ticks=ticks,
                form="{:.2g}",
                title=f"{block.quantity}: synthetic against real",
            )
        )
    return "".join(pictures)


class Preview(pn.viewable.Viewer):
    """Live preview of the design under the sliders, as the features see it that the forest will have."""

    feature_set = param.String(FEATURE_SET)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.html = live_text(css="svg{display:block}", sizing_mode="stretch_width", margin=(2, 8), min_height=300)
        self._design: SyntheticDesign | None = None
        self._drawing = LatestRequest(session)
        session.follow(self.draw_again, "maps_changed")
        self.param.watch(self.draw_again, "feature_set")

    def preview(self, design: SyntheticDesign) -> None:
        """Show the first curves that `design` makes."""
        self._design = design
        self._drawing(partial(self._drawn, design), self._put, self._refused)

    def clear(self) -> None:
        """Show nothing: there is no design."""
        self._design = None
        self._drawing.cancel()
        self.html.object = quiet("the light curves are drawn again once the fields can be taken")

    def _drawn(self, design: SyntheticDesign) -> str:
        server = self.session.server
        few = design.changed(curves=min(CURVES, design.curves))
        curves = generate(few, observed=() if design.is_paper else server.some_stars(CURVES)).light_curves
        if self.feature_set == FEATURE_SET:
            pictures = preview_html(curves, server.real_median())
        else:
            pictures = curves_html(curves) + self._distinct(curves)
        words = f"the first {len(curves)} of {counted(design.curves, 'curve')}, one below another"
        return f'<div class="quiet">{words}</div>{pictures}'

    def _distinct(self, curves: tuple[LightCurve, ...]) -> str:
        chosen = feature_set(self.feature_set)
        rows = np.array([chosen.compute(curve) for curve in curves])
        try:
            table = distinct_features(self.session.server.workspace, chosen.name, rows)
        except ClaraError:  # no star has them yet
            return quiet("what sets them apart from the stars is told once the stars have these features")
        return render("distinct_features", title=chosen.title, rows=list(table.head(SHOWN).itertuples()))

    def _put(self, html: str) -> None:
        self.html.object = html

    def _refused(self, why: str) -> None:
        self.html.object = problem_html(why)

    def draw_again(self, *events: object) -> None:
        """Draw again: for other features, or since a new map comes with new ones, so that the median has changed."""
        if self._design is not None:
            self.preview(self._design)

    def __panel__(self) -> pn.viewable.Viewable:
        return self.html
