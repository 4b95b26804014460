"""Every star as a point, alike near alike. Click one, or draw around some."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd
import panel as pn
import panel_material_ui as pmui
from bokeh.core.property.descriptors import UnsetValueError
from bokeh.events import SelectionGeometry, Tap
from bokeh.models import BasicTicker, ColumnDataSource, HoverTool, LinearColorMapper
from bokeh.models.annotations import ColorBar
from numpy.typing import NDArray

from app.card import card, html, live_text
from app.colouring import Colouring, choices, colouring
from app.server import MAP_NAMES
from app.session import Session
from app.theme import CATEGORIES, Look, look, paint_frame, plot

__all__ = ["MapPane", "MapPlot", "nearest"]

REACH_PIXELS = 14
Float = NDArray[np.float64]


def nearest(x: Float, y: Float, here: tuple[float, float], pixels_per_unit: tuple[float, float]) -> int | None:
    """The point nearest to a click, by distance on the screen; None when none is within reach."""
    if not len(x):
        return None
    away = np.hypot((x - here[0]) * pixels_per_unit[0], (y - here[1]) * pixels_per_unit[1])
    closest = int(np.argmin(away))
    return closest if away[closest] <= REACH_PIXELS else None


class MapPlot:
    """Figure of the map. `ids` are the targets in the order in which they are drawn."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        empty = np.empty(0)
        self.points = ColumnDataSource({"x": empty, "y": empty, "value": empty, "tic": empty, "rank": empty})
        self.chosen = ColumnDataSource({"x": empty, "y": empty})
        self.mapper = LinearColorMapper(palette=["#888888"], low=0, high=1)
        self.figure = plot(
            x_range=(-1, 1), y_range=(-1, 1), tools="pan,wheel_zoom,lasso_select,box_select,reset,save",
            active_drag="lasso_select", active_scroll="wheel_zoom", output_backend="canvas", min_border=4,
        )  # fmt: skip
        self.figure.axis.visible = False
        self._dots = self.figure.scatter(
            "x", "y", source=self.points, size=5, line_color=None, fill_alpha=0.85, nonselection_fill_alpha=0.12,
            selection_fill_alpha=0.95, fill_color={"field": "value", "transform": self.mapper},
        )  # fmt: skip
        self._ring = self.figure.scatter("x", "y", source=self.chosen, size=15, fill_color=None, line_width=2)
        self.hover = HoverTool(
            renderers=[self._dots], limit=1, point_policy="follow_mouse", attachment="horizontal",
            tooltips=[("TIC", "@tic{0}"), ("rank", "@rank{0,0}"), ("value", "@value{0.000}")],
        )  # fmt: skip
        self.figure.add_tools(self.hover)
        self.bar = ColorBar(
            color_mapper=self.mapper, width=8, padding=2, margin=0, ticker=BasicTicker(desired_num_ticks=5),
            label_standoff=4,
        )  # fmt: skip
        self.figure.add_layout(self.bar, "right")

    def show(self, plane: pd.DataFrame, table: pd.DataFrame, colour: Colouring, *, move: bool) -> None:
        """Draw the map.

        Parameters
        ----------
        plane : DataFrame
            Columns x and y, by target id.
        table : DataFrame
            `Session.table`.
        colour : Colouring
            One value for each row of `table`.
        move : bool
            Whether to bring all points into view; False keeps the zoom.
        """
        there = table.index.isin(plane.index)
        values = colour.values[there]
        rows = table.index[there]
        drawn = np.argsort(np.where(np.isfinite(values), values, -np.inf), kind="stable")
        rows = rows[drawn]
        spots = plane.loc[rows]
        ranks = table["rank"].loc[rows].to_numpy(float) if "rank" in table else np.full(len(rows), np.nan)
        self.ids = rows.tolist()
        self.points.selected.indices = []
        self.points.data = {
            "x": spots["x"].to_numpy(np.float32),
            "y": spots["y"].to_numpy(np.float32),
            "value": values[drawn],
            "tic": table["tic"].loc[rows].to_numpy(np.float64),
            "rank": ranks,
        }
        many = len(rows)
        self._dots.glyph.size = 7 if many < 500 else 5 if many < 5000 else 3.5
        if move and many:
            for axis, name in ((self.figure.x_range, "x"), (self.figure.y_range, "y")):
                low, high = float(spots[name].min()), float(spots[name].max())
                room = 0.04 * (high - low) or 1.0
                ends = {"start": low - room, "end": high + room}
                axis.update(**ends, reset_start=ends["start"], reset_end=ends["end"])

    def paint(self, colour: Colouring, colours: Look) -> None:
        """Take the colours of a look for one colouring."""
        paint_frame(self.figure, colours)
        palette = CATEGORIES[: len(colour.categories)] if colour.categories else colours.ramp
        self.mapper.update(palette=list(palette), low=colour.low, high=colour.high, nan_color=colours.muted)
        self.bar.visible = not colour.categories
        self._ring.glyph.line_color = colours.warn
        self.hover.tooltips = [("TIC", "@tic{0}"), ("rank", "@rank{0,0}")] + (
            [] if colour.categories else [(colour.title, "@value{0.000}")]
        )

    def ring(self, target_id: str) -> None:
        """Mark the selected star."""
        if target_id not in self.ids:
            self.chosen.data = {"x": np.empty(0), "y": np.empty(0)}
            return
        place = self.ids.index(target_id)
        self.chosen.data = {name: self.points.data[name][place : place + 1] for name in ("x", "y")}

    def at(self, x: float, y: float) -> str | None:
        """The target nearest to a click, if it is near."""
        try:
            width, height = self.figure.inner_width, self.figure.inner_height
        except UnsetValueError:  # no browser has drawn it yet
            width, height = 400, 300
        across, up = self._span("x_range"), self._span("y_range")
        px, py = (np.asarray(self.points.data[name], np.float64) for name in ("x", "y"))
        found = nearest(px, py, (x, y), (width / across, height / up))
        return None if found is None else self.ids[found]

    def _span(self, name: str) -> float:
        ends = getattr(self.figure, name)
        return abs(ends.end - ends.start) or 1.0


class MapPane(pn.viewable.Viewer):
    """The map, what it shows, and what is selected on it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = MapPlot()
        self._shown = ""
        self._colour = Colouring("", np.empty(0, np.float32), 0.0, 1.0)
        small = {"size": "small", "margin": 0, "label": ""}
        thin = {"& .MuiSelect-select": {"padding": "1px 8px", "fontSize": "12px"}}
        self.kind = pmui.Select(
            options={title: kind for kind, title in MAP_NAMES.items()}, value=session.map_kind, width=76, sx=thin,
            **small,
        )  # fmt: skip
        self.colour = pmui.Select(options={}, width=170, sx=thin, **small)
        self._clear = pmui.Button(
            label="", visible=False, size="small", variant="text", end_icon="close", margin=0,
            description="clear the selection", on_click=lambda event: session.param.update(selection=[]),
            sx={"padding": "0 4px", "minWidth": "0", "whiteSpace": "nowrap"},
        )  # fmt: skip
        self._note = live_text(css=":host{padding:0 10px 2px}", visible=False)
        self._view = card(
            "Map", self._note, pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_both", margin=0),
            tools=(self._clear, self.kind, html('<span class="quiet">colour</span>', align="center"), self.colour),
            chip=session.param.origin,
        )  # fmt: skip
        self.plot.figure.on_event(Tap, self._tapped)
        self.plot.figure.on_event(SelectionGeometry, self._drawn_around)
        self.kind.param.watch(lambda event: session.param.update(map_kind=event.new), "value")
        self.colour.param.watch(self._colour_chosen, "value")
        session.follow(self._show, "scored", "map_kind", "maps_changed")
        session.follow(self._verdicts_moved, "verdicts_changed")
        session.follow(self._recolour, "colour_by", "dark")
        session.follow(lambda event: self.plot.ring(event.new), "target_id")
        session.follow(self._selection_changed, "selection")
        session.follow(self._tell, "jobs")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        kind, plane = session.map_kind, session.server.kept_map(session.map_kind)
        if plane is None:
            for wanted in dict.fromkeys(("pca", kind)):
                session.server.ask_for_map(wanted)
            kind, plane = "pca", session.server.kept_map("pca")
        if plane is None:
            kind, plane = "", pd.DataFrame({"x": [], "y": []})
        self._offer_colours()
        self._redraw(plane, move=kind != self._shown)
        self._shown = kind
        self._tell()

    def _offer_colours(self) -> None:
        session = self.session
        families = sorted(session.server.workspace.labels.frame()["family"].unique())
        options = choices(session.table, families)
        if session.colour_by not in options.values() and options:
            session.colour_by = next(iter(options.values()))
        if options != self.colour.options:
            self.colour.param.update(options=options, value=session.colour_by if options else None)

    def _verdicts_moved(self, *events: object) -> None:
        self._offer_colours()
        if self.session.colour_by == "verdict":
            self._recolour()

    def _recolour(self, *events: object) -> None:
        plane = self.session.server.kept_map(self._shown) if self._shown else None
        if plane is not None:
            self._redraw(plane, move=False)

    def _redraw(self, plane: pd.DataFrame, *, move: bool) -> None:
        session = self.session
        labels = session.server.workspace.labels.members(list(session.table.index))
        colour = colouring(session.colour_by, session.table, labels)
        self.plot.show(plane, session.table, colour, move=move)
        self.plot.paint(colour, look(session.dark))
        self.plot.ring(session.target_id)
        self._colour = colour
        self._selection_changed()

    def _tell(self, *events: object) -> None:
        """Say which map is still to come, or name the categories."""
        session = self.session
        words = [
            f'<span style="color:{shade}">●</span> {escape(name)}'
            for name, shade in zip(self._colour.categories, CATEGORIES, strict=False)
        ]
        if self._shown != session.map_kind:
            name = MAP_NAMES[session.map_kind]
            running = next((job for job in session.jobs if job.kind == "map" and job.state.active), None)
            done = f" {running.fraction:.0%}" if running else ""
            there = f"; this is {MAP_NAMES[self._shown]}" if self._shown else ""
            if len(session.table):
                words.append(f'<span class="quiet">{name} is being computed{done}{there}</span>')
        self._note.object = " &nbsp; ".join(words)
        self._note.visible = bool(words)

    def _colour_chosen(self, event: object) -> None:
        if self.colour.value:
            self.session.colour_by = self.colour.value

    def _tapped(self, event: Any) -> None:
        found = self.plot.at(event.x, event.y)
        if found is not None:
            self.session.show(found)

    def _drawn_around(self, event: Any) -> None:
        if event.final and event.geometry["type"] in ("poly", "rect"):
            self.session.selection = [self.plot.ids[i] for i in self.plot.points.selected.indices]

    def _selection_changed(self, *events: object) -> None:
        picked = set(self.session.selection)
        places = [i for i, target_id in enumerate(self.plot.ids) if target_id in picked] if picked else []
        if places != list(self.plot.points.selected.indices):
            self.plot.points.selected.indices = places
        self._clear.visible = bool(picked)
        self._clear.label = f"{len(picked):,} selected"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
