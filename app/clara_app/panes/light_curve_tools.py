"""The line of tools above a light curve: step from event to event, mark one, read out, download."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn

from clara_app.event_marks import EventMarks
from clara_app.hiding import show
from clara_app.panes.light_curve_plot import LightCurvePlot
from clara_app.read_out import ReadOut, tdb_ahead_s
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, FileDownload, Toggle
from clara_engine.errors import ClaraError
from clara_engine.lightcurve import BTJD_ZERO, LightCurve
from clara_engine.periods.fold import drawn_flux, no_level
from clara_engine.report.curve_files import CURVE_ENDINGS, file_name, fold_bytes, light_curve_bytes
from clara_engine.text import agreeing, counted

__all__ = ["LightCurveTools", "facts_of", "fold_downloads", "made_of", "words_of"]

#: No sample farther from the pointer than so many cadences counts.
REACH_CADENCES = 3.0
SECONDS_A_DAY = 86400.0
CLOSE = ".bk-btn { padding: 1px 4px; }"


def words_of(view: EventMarks) -> str:
    """Which event is looked at, or what was marked, in a line."""
    if view.event_place is not None and len(times := view.event_times) > view.event_place:
        return f"event {view.event_place + 1} of {len(times)} · BTJD {times[view.event_place]:.4f}"
    if len(view.marks) == 2 and view.shared:
        first = view.shared[0]
        period = f"marked twice, {first.ephemeris.period_days:.5g} d apart"
        if first.missing:
            period += f", at which {counted(first.missing, 'event')} {agreeing(first.missing, 'are')} missing"
        more = [f"1/{one.parts}" for one in view.shared[1:]]
        return f"{period}; {' and '.join(more)} of it fits too, see List" if more else period
    if view.marks:
        mark = view.marks[-1]
        what = "dip" if mark.depth_ppm > 0 else "brightening"
        lasts = f", {24 * mark.duration_days:.2f} h" if mark.fitted else ""
        marked = f"marked: {what} of {abs(mark.depth_ppm):,.0f} ppm{lasts}, BTJD {mark.epoch_btjd:.4f}"
        return f"{marked}; another one gives a period"
    return ""


def facts_of(curve: LightCurve | None) -> str:
    """How many samples, over how long, how many of them flagged, and why there is no level where there is none."""
    if curve is None:
        return ""
    clean = curve.finite()
    bad = int((clean.quality != 0).sum())
    flagged = f" · {bad:,} flagged" if bad else ""
    level = f" · {why}" if (why := no_level(clean)) else ""
    return f"{counted(len(clean), 'sample')} · {clean.span_days:.1f} d{flagged}{level}"


def made_of(session: Session) -> list[str]:
    """How the flux on the screen was made, a line each."""
    curve, sectors = session.curve, session.sectors(session.target_id)
    flux = {"pdcsap": "PDCSAP, or what the product has in its place", "sap": "SAP"}.get(session.flux)
    flux = flux or f"PDCSAP without its slow changes, biweight of {session.window_days:g} d"
    lines = [f"flux: {flux}"]
    if session.stitched and len(sectors) > 1 and curve is not None:
        lines.append(f"stitched of {', '.join(sectors)}, each relative to its median")
    return lines


def fold_downloads(session: Session) -> list[FileDownload]:
    """Buttons that hand over the fold on the screen, one for each format."""

    def content(ending: str) -> bytes:
        curve, ephemeris = session.curve, session.ephemeris
        if curve is None or ephemeris is None:
            return b""
        try:
            return fold_bytes(curve, ephemeris, ending, made=made_of(session))
        except ClaraError as error:
            session.notify(str(error))
            return b""

    return _downloads(session, "fold", "phase, flux, time and means of the bins", content)


def _downloads(session: Session, what: str, holds: str, content: Callable[[str], bytes]) -> list[FileDownload]:
    def naming(ending: str) -> str:
        return f"{what}{ending}" if session.curve is None else file_name(session.curve.target, what, ending)

    buttons = [
        FileDownload(
            partial(content, ending),
            filename=f"{what}{ending}",
            naming=partial(naming, ending),
            label=ending[1:].upper(),
            said=f"{what} as {ending[1:].upper()}",
            look="text",
            css=CLOSE,
            description=f"the {what} as it is shown, as {ending[1:].upper()} with units: {holds}",
        )
        for ending in CURVE_ENDINGS
    ]

    def enable(*events: object) -> None:
        for button in buttons:
            button.disabled = session.curve is None or (what == "fold" and session.ephemeris is None)

    session.follow(enable, "curve", "period_days", "epoch_btjd")
    enable()
    return buttons


class LightCurveTools(pn.viewable.Viewer):
    """One line; the plot has the cursor and the samples that are read out."""

    def __init__(self, session: Session, plot: LightCurvePlot) -> None:
        super().__init__()
        self.session, self.plot = session, plot
        self.before = Button(
            label="event before",
            symbol="‹",
            css=CLOSE,
            description="the event before  ,",
            on_click=lambda: session.step_event(-1),
        )
        self.after = Button(
            label="next event",
            symbol="›",
            css=CLOSE,
            description="the next event  .",
            on_click=lambda: session.step_event(1),
        )
        self.mark = Toggle(
            label="mark",
            value=False,
            classes="tight",
            description="drag over an event: it becomes the epoch, and a second one gives the period; "
            "Escape takes the marks back",
        )
        self.clear = Button(
            label="clear the marks",
            symbol="✕",
            css=CLOSE,
            description="take the marks back  Escape",
            on_click=self.take_back,
        )
        show(self.clear, False)
        self.read_out = ReadOut()
        self.downloads = _downloads(session, "light-curve", "time, flux, its error, quality flags", self._content)
        pieces = [self.before, self.after, self.mark, self.clear, self.read_out, *self.downloads]
        for piece in pieces:
            piece.align = "center"
        self._view = pn.Row(
            *pieces,
            height=26,
            margin=(0, 4, 0, 8),
            sizing_mode="stretch_width",
            styles={"align-items": "center", "gap": "4px", "flex": "none", "overflow": "hidden"},
        )
        self.mark.param.watch(self._armed, "value")
        session.follow(self._say, "event_place", "marks", "shared", "curve")
        session.follow(self._tell_facts, "curve", "period_days", "epoch_btjd")
        self._tell_facts()
        self._say()

    def take_back(self) -> None:
        """Take the marks and their ephemeris back, and drag to zoom again."""
        self.session.unmark()
        self.mark.value = False

    def _armed(self, event: object) -> None:
        self.plot.marking = self.mark.value

    def _say(self, *events: object) -> None:
        show(self.clear, bool(self.session.marks))
        search = self.session.star.search
        left_out = search.left_out_words if search is not None else ""
        words = words_of(self.session) or facts_of(self.session.curve)
        self.read_out.object = render("titled", title=left_out or words, words=words, css="quiet")

    def _tell_facts(self, *events: object) -> None:
        self.plot.when_made(self._tell_sources)

    def _tell_sources(self) -> None:
        session, curve = self.session, self.session.curve
        sources = {group: self.plot.source(group).id for group in ("Samples", "Mean")}
        self.read_out.param.update(
            cursor=self.plot.cursor_id,
            samples=sources["Samples"],
            means=sources["Mean"],
            facts=_facts(curve) | {"period": session.period_days or None, "epoch": session.epoch_btjd},
        )

    def _content(self, ending: str) -> bytes:
        curve = self.session.curve
        return b"" if curve is None else light_curve_bytes(curve, ending, made=made_of(self.session))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _facts(curve: LightCurve | None) -> dict[str, object]:
    if curve is None or not len(clean := curve.finite()):
        return {}
    return {
        "unit": drawn_flux(clean)[1],
        "zero": BTJD_ZERO,
        "ahead_s": tdb_ahead_s(float(clean.time[0])),
        "reach": REACH_CADENCES * curve.target.cadence_s / SECONDS_A_DAY,
    }
