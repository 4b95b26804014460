"""The stars beside the selected one: where they stand, and which of them could make its signal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import panel as pn

from clara_app.areas.parts import part
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.hiding import show
from clara_app.in_thread import LatestRequest
from clara_app.plot_view import PlotView
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button
from clara_engine import plots
from clara_engine.errors import ClaraError
from clara_engine.evaluate.neighbours import RADIUS_ARCSEC, aperture_arcsec, pixel_arcsec
from clara_engine.jobs import JobKind, Reporter
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris
from clara_engine.readers.target_pixels import TargetPixels
from clara_engine.studies.neighbours import ask_neighbours, is_corrected, kept_neighbours, neighbours_of, pixels_of
from clara_engine.text import counted

__all__ = ["Beside", "NeighboursView", "neighbours_html", "sky_links"]

CSS = """
:host { padding: 0 10px 4px; box-sizing: border-box; overflow-y: auto; }
td, th { padding: 1px 5px; text-align: right; } th { font-weight: 500; }
.wide { white-space: normal; line-height: 1.35; padding-top: 4px; } a { color: var(--accent); }
"""
SHOWN = 12
SQUARE = {"aspect-ratio": "1.13", "height": "100%", "max-width": "56%", "flex": "0 1 auto"}


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What is known of the stars beside one.

    Attributes
    ----------
    table : DataFrame or None
        Of `neighbours_of`; None where Gaia was not asked.
    depth_ppm : float
        Of the event on the screen; NaN where there is none.
    """

    target: Target
    table: pd.DataFrame | None = None
    pixels: TargetPixels | None = None
    depth_ppm: float = np.nan
    corrected: bool = True
    asked_at: float | None = None
    lacks: tuple[str, ...] = ()


def sky_links(target: Target) -> list[tuple[str, str]]:
    """Pictures of the sky elsewhere: title and address; none for what has no place on it."""
    if target.simulated or not (np.isfinite(target.ra) and np.isfinite(target.dec)):
        return []
    place = f"{target.ra:.6f}%20{target.dec:+.6f}".replace("+", "%2B")
    dss = f"r={target.ra:.6f}&d={target.dec:.6f}&e=J2000&h=5&w=5&v=poss2ukstu_red&f=gif"
    return [
        ("Aladin Lite", f"https://aladin.cds.unistra.fr/AladinLite/?target={place}&fov=0.08"),
        ("DSS", f"https://archive.stsci.edu/cgi-bin/dss_search?{dss}"),
    ]


def neighbours_html(beside: Beside) -> str:
    """Which sources could make the dip, what is assumed, and what is missing."""
    table, depth, notes = beside.table, beside.depth_ppm, list(beside.lacks)
    rows: list[dict[str, str]] = []
    said = ""
    if table is not None:
        others = table[~table["is_target"]]
        could = others[others["could_make_it"]]
        if np.isfinite(depth):
            rows = [_row(source) for source in could.head(SHOWN).to_dict("records")]
            said = f"{len(could)} of {counted(len(others), 'source')} within 2′ could make the dip of {depth:,.0f} ppm"
            said += f"; the nearest {SHOWN}:" if len(could) > SHOWN else ":" if len(could) else "."
            relative = "the star alone" if beside.corrected else "all light within two pixels"
            notes.append(f"Depth relative to {relative}; all light of a source counts as in the aperture.")
        else:
            rows = [_row(source) for source in others.head(SHOWN).to_dict("records")]
            said = f"{counted(len(others), 'source')} within 2′. No dip is measured, so none is asked for."
        if not table["is_target"].any():
            notes.append("None of them is the star itself: its magnitude is that of the light curve's header.")
        if beside.asked_at is not None:
            notes.append(f"Gaia DR3, asked {datetime.fromtimestamp(beside.asked_at, UTC):%Y-%m-%d}; T from G, BP − RP.")
    return render("neighbours", said=said, rows=rows, notes=notes, links=sky_links(beside.target))


def _row(source: dict[Any, Any]) -> dict[str, str]:
    needed = source["needed_depth"]
    return {
        "source_id": source["source_id"],
        "g": f"{source['gaia_g']:.2f}",
        "t": f"{source['tmag']:.2f}" + ("" if np.isfinite(source["bp_rp"]) else "?"),
        "away": f"{source['separation_arcsec']:.1f}″",
        "needed": f"{100 * needed:.3g} %" if np.isfinite(needed) else "–",
    }


class NeighboursView(pn.viewable.Viewer):
    """A map of the sky around the star, and the list beside it. Whoever shows it says so by `shown`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.shown = False
        self.plot = PlotView(plots.neighbours, table=None)
        self._looking = LatestRequest(session)
        self.asking = BackgroundJob(session, lambda answer: self.look(), stopped="not asked")
        self.button = Button(
            label="Ask Gaia",
            margin=(4, 10),
            on_click=self.press,
            description="ask the Gaia archive for the sources within 2′ of the star; the answer is kept",
        )
        self.html = live_text(css=CSS, sizing_mode="stretch_both")
        self._view = pn.Row(
            pn.Column(self.plot, sizing_mode="stretch_height", margin=0, styles=SQUARE),
            part(pn.Column(self.button, self.asking.line, self.html, sizing_mode="stretch_both", margin=0), "1 1 0"),
            sizing_mode="stretch_both",
            margin=0,
        )
        session.follow(self.look, "star", "curve", "period_days", "epoch_btjd", "duration_days", "archives_changed")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self.plot.paint(session.dark)

    def press(self) -> None:
        """Queue the question to Gaia."""
        target, workspace = self.session.star.light_curve, self.session.server.workspace
        if target is None:
            return
        star = target.target

        def work(report: Reporter) -> object:
            return ask_neighbours(workspace, star, refresh=True, report=report)

        self.asking.start(JobKind.CROSSMATCH, f"neighbours of {star.name}", work, lane="archives", share=True)

    def look(self, *events: object) -> None:
        """Read what is kept, in a thread, and draw it."""
        curve, star = self.session.curve, self.session.star.light_curve
        if not self.shown:
            return
        if curve is None or star is None:
            self._looking.cancel()
            self.html.object = '<span class="quiet">Choose a star on the map or in the ranking.</span>'
            show(self.button, False)
            return
        self._looking(partial(self._read, star.target, curve, self.session.ephemeris, self.session.flux), self._draw)

    def _read(self, target: Target, curve: LightCurve, ephemeris: Ephemeris | None, flux: str) -> Beside:
        server = self.session.server
        lacks: list[str] = []
        depth = np.nan
        if ephemeris is not None and np.isfinite(ephemeris.duration_days):
            try:
                depth = server.transit(curve, ephemeris).depth_ppm
            except ClaraError as error:
                lacks.append(f"No depth: {error}.")
        pixels = None
        try:
            pixels = pixels_of(server.workspace.targets.path(target.id), target)
        except ClaraError as error:
            lacks.append(f"No pixels: {error}.")
        time = curve.finite().time
        middle = float(np.median(time)) if time.size else None
        table = neighbours_of(server.workspace, target, depth, flux=flux, at_btjd=middle)
        if table is None and not target.simulated:
            lacks.append("Gaia was not asked for the sources around this star yet.")
        if target.simulated:
            lacks.append("Simulated stars are in no catalogue: nothing is known beside them.")
        elif pixels is None:
            lacks.append("No target pixel file lies beside the light curve; two pixels around the star are drawn.")
        asked = kept_neighbours(server.workspace, target).oldest
        return Beside(target, table, pixels, depth, is_corrected(target, flux), asked, tuple(lacks))

    def _draw(self, beside: Beside) -> None:
        target = beside.target
        self.html.object = neighbours_html(beside)
        self.button.label = "Ask Gaia" if beside.table is None else "Ask Gaia again"
        show(self.button, not target.simulated)
        placed = np.isfinite(target.ra) and np.isfinite(target.dec)
        self.plot.draw(
            table=beside.table,
            centre=(target.ra, target.dec) if placed else None,
            pixels=beside.pixels,
            pixel_arcsec=pixel_arcsec(target),
            aperture_arcsec=aperture_arcsec(target),
            radius_arcsec=RADIUS_ARCSEC,
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
