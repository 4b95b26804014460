"""What the run on the screen finds of events that are put into light curves it has not learned from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import panel as pn
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool
from bokeh.models.annotations import Span

from clara_app.areas.parts import column, part, row
from clara_app.card import live_text
from clara_app.errand import Errand
from clara_app.fields import Button, Menu, NumberField, WholeField
from clara_app.heat_map import TOOLTIP, HeatMap
from clara_app.session import Session
from clara_app.theme import Look, look, paint_frame, plot
from clara_engine.evaluate.recovery import AXES, known_axes, recovery_cells
from clara_engine.jobs import Reporter
from clara_engine.studies.recover import OTHER_GENERATOR, Recovery, RecoveryPlan, kept_recovery, recover
from clara_engine.synthetic import EVENTS, UNSEEN_EVENTS
from clara_engine.workspace import Run

__all__ = ["Marginal", "RecoveryPane", "edge_ticks", "map_cells", "summary_html"]

KIND = "recovery"
#: Axis to title with unit, and what its values are multiplied with.
TITLES = {
    "depth": ("depth or amplitude (ppm)", 1e6),
    "period_days": ("period (d)", 1.0),
    "duration_hours": ("duration (h)", 1.0),
    "tmag": ("T magnitude (mag)", 1.0),
    "signal_to_noise": ("signal-to-noise", 1.0),
}
EMPTY = (
    "<p class='quiet'>Not measured yet for this run and event. <b>Measure</b> puts events into light curves that carry "
    "no label and that the trees which score them have not seen, and counts which of them end up above the top "
    "{share:g} % of the untouched ones.</p>"
)
NO_RUN = "<p class='quiet'>No run yet: set the wheel in Explore and press Retrain.</p>"


def edge_ticks(cells: pd.DataFrame, axis: str) -> dict[float, str]:
    """Ticks between the cells of an axis, as text with the axis' unit left to its title."""
    edges = sorted({*cells[f"{axis}_low"], *cells[f"{axis}_high"]})
    factor = TITLES[axis][1]
    return {place - 0.5: _number(edge * factor) for place, edge in enumerate(edges)}


def map_cells(cells: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """Cells of `recovery_cells` as `HeatMap.show` wants them."""
    places = {}
    for axis in (x, y):
        low = sorted(set(cells[f"{axis}_low"]))
        places[axis] = cells[f"{axis}_low"].map({edge: place for place, edge in enumerate(low)})
    texts, hovers = [], []
    for _, cell in cells.iterrows():
        texts.append(f"{cell['recovery']:.2f}\n{cell['found']:.0f}/{cell['n']:.0f}" if cell["n"] else "–")
        interval = f"95 % interval {cell['low']:.2f} to {cell['high']:.2f}, {cell['stars']:.0f} stars"
        ends = interval if cell["n"] else "no event here"
        spans = "\n".join(
            f"{TITLES[axis][0]}: {_number(cell[f'{axis}_low'] * TITLES[axis][1])} to "
            f"{_number(cell[f'{axis}_high'] * TITLES[axis][1])}"
            for axis in (x, y)
        )
        hovers.append(f"{cell['found']:.0f} of {cell['n']:.0f} found\n{ends}\n{spans}")
    return pd.DataFrame(
        {"column": places[x], "row": places[y], "value": cells["recovery"], "text": texts, "hover": hovers}
    )


def summary_html(found: Recovery, plan: RecoveryPlan, run: Run) -> str:
    """One paragraph that says what was found, of what, and beside what chance."""
    rate, count = found.overall, int(found.injected["found"].sum())
    return (
        f"<p><b>{rate.value:.1%}</b> of {len(found.injected):,} light curves with {escape(plan.injected_design().name)}"
        f" are found ({count:,}; 95 % interval {rate.low:.1%} … {rate.high:.1%}); chance is {rate.chance:g}.</p>"
        f"<p class='quiet'>Run {escape(run.name)}. {found.stars:,} stars carry the events; intervals know that those "
        f"of one star are alike. Found is what scores above {found.threshold:.3f}, the top {plan.top_percent:g} % of "
        f"{found.quiet:,} untouched light curves. A star that trained the forest is scored by the trees that never saw "
        "it.</p>"
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


class Marginal:
    """Recovery along one axis: points with their intervals, and chance as a dashed line."""

    def __init__(self) -> None:
        self.source = ColumnDataSource({name: [] for name in ("place", "value", "low", "high", "hover")})
        self.figure = plot(
            x_range=(-0.5, 0.5),
            y_range=(0, 1),
            tools="",
            toolbar_location=None,
            x_axis_label=" ",
            y_axis_label="recovery",
        )
        self._whiskers = self.figure.segment("place", "low", "place", "high", source=self.source, line_width=2)
        self._points = self.figure.scatter("place", "value", source=self.source, size=8)
        self.chance = Span(location=0.05, dimension="width", line_dash="dashed", line_width=1.5)
        self.figure.add_layout(self.chance)
        self.figure.add_tools(HoverTool(renderers=[self._points], tooltips=TOOLTIP))

    def show(self, cells: pd.DataFrame, axis: str, chance: float) -> None:
        """Draw the cells of `recovery_cells` along one axis."""
        filled = cells["n"] > 0
        places = pd.Series(range(len(cells)), cells.index)[filled]
        known = cells[filled]
        self.source.data = {
            "place": places.tolist(),
            "value": known["recovery"].tolist(),
            "low": known["low"].tolist(),
            "high": known["high"].tolist(),
            "hover": [
                f"{row.found:.0f} of {row.n:.0f} found\n95 % interval {row.low:.2f} to {row.high:.2f}"
                for row in known.itertuples()
            ],
        }
        self.chance.location = chance
        self.figure.x_range.update(start=-0.5, end=len(cells) - 0.5)
        ticks = edge_ticks(cells, axis)
        self.figure.xaxis[0].update(
            axis_label=TITLES[axis][0], ticker=FixedTicker(ticks=list(ticks)), major_label_overrides=dict(ticks)
        )

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self._whiskers.glyph.line_color = colours.accent
        self._points.glyph.update(fill_color=colours.accent, line_color=colours.accent)
        self.chance.line_color = colours.warn


class RecoveryPane(pn.viewable.Viewer):
    """Injection and recovery of the run on the screen.

    Parameters
    ----------
    shown : callable
        Whether the pane is in view; hidden, it does nothing.
    """

    def __init__(self, session: Session, shown: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.session, self._in_view = session, shown
        self.found: Recovery | None = None
        self._filling = False
        named: dict[str, Any] = {"labelled": True}
        events = {event: event for event in EVENTS} | {
            f"{event}, other generator": event + OTHER_GENERATOR for event in UNSEEN_EVENTS
        }
        self.event = Menu(options=events, value="planets", label="event", width=190, **named)
        self.curves = WholeField(value=500, start=10, end=20_000, label="light curves", width=110, **named)
        self.top = NumberField(value=5.0, start=0.01, end=50, label="found: top, %", width=110, **named)
        self.button = Button(
            label="Measure",
            on_click=self.press,
            description="inject events, and count which are found",
        )
        titles = {TITLES[axis][0]: axis for axis in AXES}
        self.x = Menu(options=titles, value="period_days", label="across", width=170, **named)
        self.y = Menu(options=titles, value="depth", label="up", width=170, **named)
        self.bins = WholeField(value=5, start=1, end=20, label="cells along each", width=110, **named)
        self.errand = Errand(
            session, lambda result: self.look(), stopped="stopped; what was made is kept for next time"
        )
        self.map, self.across, self.along = HeatMap(), Marginal(), Marginal()
        self._html = live_text(css=":host{padding:0 10px} p{margin:4px 0}", sizing_mode="stretch_width")
        figures = [
            pn.pane.Bokeh(one.figure, sizing_mode="stretch_both", margin=0)
            for one in (self.map, self.across, self.along)
        ]
        self._figures = row(
            part(figures[0], "1.7 1 0"), part(column(part(figures[1], "1 1 0"), part(figures[2], "1 1 0")), "1 1 0")
        )
        self._view = pn.Column(
            pn.Row(
                self.event,
                self.curves,
                self.top,
                self.button,
                pn.layout.HSpacer(),
                self.x,
                self.y,
                self.bins,
                margin=(8, 10, 2, 10),
                sizing_mode="stretch_width",
                styles={"align-items": "center", "gap": "8px"},
            ),
            self.errand.line,
            self._html,
            self._figures,
            sizing_mode="stretch_both",
            margin=0,
        )
        for choice in (self.event, self.curves, self.top):
            choice.param.watch(self.look, "value")
        for choice in (self.x, self.y, self.bins):
            choice.param.watch(self._draw, "value")
        session.follow(self.look, "run_id", "area", "studies_changed")
        session.follow(self._paint, "dark")
        self._paint()
        self.look()

    def plan(self) -> RecoveryPlan:
        """What the widgets ask for."""
        return RecoveryPlan(event=self.event.value, curves=self.curves.value or 500, top_percent=self.top.value or 5.0)

    def press(self) -> None:
        """Queue the measurement of the run on the screen."""
        run = self.session.run
        if run is not None:
            self.errand.go(KIND, self._title(run), partial(self._measure, run, self.plan()), share=True)

    def _title(self, run: Run) -> str:
        plan = self.plan()
        return f"recovery of {plan.event} ({run.id[-6:]}, {plan.curves}, {plan.top_percent:g} %)"

    def _measure(self, run: Run, plan: RecoveryPlan, report: Reporter) -> None:
        recover(self.session.server.workspace, run, plan, report)

    def look(self, *events: object) -> None:
        """Show what is known of the run on the screen and this event."""
        if not self._in_view():
            return
        run = self.session.run
        self.button.disabled = run is None
        self.found = kept_recovery(run, self.plan()) if run is not None else None
        self._figures.visible = self.found is not None
        if run is None or self.found is None:
            self._html.object = NO_RUN if run is None else EMPTY.format(share=self.plan().top_percent)
            return
        self._html.object = summary_html(self.found, self.plan(), run)
        known = known_axes(self.found.injected)
        wanted = [axis for axis in (self.x.value, self.y.value) if axis in known]
        if len(set(wanted)) < 2 <= len(known):
            usual = list(dict.fromkeys([*self.found.axes[::-1], *known]))
            first, second = [axis for axis in usual if axis in known][:2]
            self._filling = True
            try:
                self.x.value, self.y.value = first, second
            finally:
                self._filling = False
        self._draw()

    def _draw(self, *events: object) -> None:
        if self.found is None or self._filling:
            return
        x, y, bins = self.x.value, self.y.value, self.bins.value or 5
        known = known_axes(self.found.injected)
        if x == y or not {x, y} <= set(known):
            words = (
                f"both axes are {TITLES[x][0]}: choose two" if x == y else f"these events have {', '.join(known)} only"
            )
            self.errand.say(words, problem=True)
            return
        if not self.errand.busy:
            self.errand.say("")
        injected, chance = self.found.injected, self.found.overall.chance
        cells = recovery_cells(injected, x=x, y=y, bins=bins)
        titles = [(TITLES[axis][0], edge_ticks(cells, axis)) for axis in (x, y)]
        self.map.show(map_cells(cells, x, y), x=titles[0], y=titles[1], ends=(0, 1))
        for drawn, axis in ((self.across, x), (self.along, y)):
            drawn.show(recovery_cells(injected, x=axis, bins=bins), axis, chance)

    def _paint(self, *events: object) -> None:
        for drawn in (self.map, self.across, self.along):
            drawn.paint(look(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
