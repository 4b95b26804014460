"""Every star as a point, alike near alike. Click one, or draw around some."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import panel as pn

from clara_app.card import card, html, live_text
from clara_app.colouring import CLUSTER, choices, colouring
from clara_app.group_line import group_line
from clara_app.hiding import HIDDEN, show
from clara_app.hover_card import HoverCard, hover_html
from clara_app.in_thread import LatestRequest
from clara_app.map_choice import AXES, FALLBACK, KINDS, axes_plane
from clara_app.panes.map_plot import MapPlot
from clara_app.panes.selection import SelectionBar
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.theme import CATEGORIES
from clara_app.widgets import Select
from clara_engine.errors import ClaraError
from clara_engine.features import feature_set
from clara_engine.jobs import JobKind, JobState
from clara_engine.plots import Shade
from clara_engine.store.clusterings import KeptClustering

__all__ = ["MapPane"]

#: Jobs after which there may be more features.
ADD_FEATURES = (JobKind.FEATURES, JobKind.INGEST, JobKind.FETCH, JobKind.TRAIN)
NOTE_CSS = ":host{padding:0 10px 2px;max-height:38px;overflow:hidden;text-overflow:ellipsis}"


class MapPane(pn.viewable.Viewer):
    """The map, what it shows, and what is selected on it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = MapPlot(dark=session.dark, tapped=self.tapped, outlined=self.drawn_around, pointed=self._pointed)
        self.shown: tuple[object, ...] = ()
        self._plane = pd.DataFrame({"x": [], "y": []})
        self._colour = Shade("")
        self._instead = ("", "")  # a colour that the table lacks, and the one in its place until the table has it
        self.kind = Select(
            label="map", options={title: kind for kind, title in KINDS.items()}, value=session.map_kind, width=112
        )
        self.across, self.up = (Select(label=f"axis {way}", width=150) for way in ("across", "up"))
        self._axes = pn.Row(
            html('<span class="quiet">across</span>'),
            self.across,
            html('<span class="quiet">up</span>'),
            self.up,
            margin=(0, 10, 2, 10),
            styles={"gap": "6px", "align-items": "center"} | HIDDEN,
        )
        self.colour = Select(label="colour", width=150)
        self.note = live_text(css=NOTE_CSS, styles=HIDDEN)
        self.hover = HoverCard()
        self._pointing = LatestRequest(session)
        self.selection = SelectionBar(session)
        self._view = card(
            "Map",
            self._axes,
            self.note,
            group_line(session),
            pn.Column(
                self.plot,
                self.hover,
                sizing_mode="stretch_both",
                margin=0,
                styles={"position": "relative", "min-height": "0"},
            ),
            self.selection,
            tools=(self.kind, html('<span class="quiet">colour</span>'), self.colour),
            chip=session.param.origin,
        )
        self.kind.param.watch(lambda event: session.param.update(map_kind=event.new), "value")
        self.colour.param.watch(self._colour_chosen, "value")
        for select in (self.across, self.up):
            select.param.watch(self._axes_chosen, "value")
        session.follow(self._show, "scored", "map_kind", "axes", "maps_changed")
        session.follow(self._woken, "awake")
        session.follow(self._job_ended, "ended")
        session.follow(self._verdicts_moved, "verdicts_changed")
        session.follow(self._recolour, "colour_by", "clusterings_changed")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        session.follow(lambda event: self.plot.ring(event.new), "target_id")
        session.follow(self._selection_changed, "selection")
        session.follow(self._tell, "jobs")
        session.follow(lambda *events: self._point_away(), "area", "map_kind")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        kind, run = session.map_kind, session.run
        self.kind.value = kind
        self._offer_colours()
        if kind == AXES:
            plane: pd.DataFrame | None = axes_plane(session.table, *session.axes)
        else:
            plane = session.server.stored_map(kind, run)
            if plane is None:
                for wanted in dict.fromkeys((FALLBACK, kind) if session.awake else ()):
                    session.server.request_map(wanted, run, author=session.signature())
                kind, plane = FALLBACK, session.server.stored_map(FALLBACK, run)
        if plane is None:
            kind, plane = "", pd.DataFrame({"x": [], "y": []})
        across, up = session.axes if kind == AXES else ("", "")
        # Places of the same features stay put; leaves start from the last layout, so the view need not move either.
        shown = (kind, across, up, run.spec.feature_set if run is not None and kind != "leaves" else "")
        self._plane = plane
        self._label_axes(kind)
        move, self.shown = shown != self.shown, shown
        self._redraw(move=move)
        self._tell()

    def _woken(self, *events: object) -> None:
        """Ask for the map that is wanted, if another one is shown."""
        if self.shown[:1] != (self.session.map_kind,):
            self._show()

    def _job_ended(self, *events: object) -> None:
        """Features that are added give another map; while they are, only the end of it is worth one."""
        ended = self.session.ended
        if ended is not None and ended.state is JobState.DONE and ended.kind in ADD_FEATURES:
            self._show()

    def _label_axes(self, kind: str) -> None:
        show(self._axes, kind == AXES)
        options = {title: name for title, name in self.colour.options.items() if name in self.session.table}
        for select, column in zip((self.across, self.up), self.session.axes, strict=True):
            select.param.update(options=options, value=column if column in options.values() else None)

    def _titles(self) -> tuple[str, str] | None:
        """Of the axes, where the places mean something."""
        if self.shown[:1] != (AXES,):
            return None
        names = {name: title for title, name in self.colour.options.items()}
        across, up = (names.get(column, column) for column in self.session.axes)
        return across, up

    def _offer_colours(self) -> None:
        session = self.session
        families = session.server.labels.families()
        known = session.server.groups.clusterings()
        clusterings = {kept.id: kept.request.title or kept.request.method.kind for kept in known}
        options = choices(session.table, families, clusterings)
        missed, in_its_place = self._instead
        if session.colour_by not in options.values() and options:
            self._instead = (session.colour_by, next(iter(options.values())))
            session.colour_by = self._instead[1]
        elif session.colour_by == in_its_place and missed in options.values():
            self._instead = ("", "")
            session.colour_by = missed
        if options != self.colour.options or self.colour.value != session.colour_by:
            self.colour.param.update(options=options, value=session.colour_by if options else None)

    def _verdicts_moved(self, *events: object) -> None:
        if self.session.colour_by == "verdict":
            self._recolour()
        elif bool(self.session.table["verdict"].notna().any()) != ("verdict" in self.colour.options.values()):
            self._offer_colours()

    def _recolour(self, *events: object) -> None:
        self._offer_colours()
        self._redraw(move=False)
        self._tell()

    def _clustering(self) -> KeptClustering | None:
        """The clustering that colours the map."""
        if not self.session.colour_by.startswith(CLUSTER):
            return None
        try:
            return self.session.server.groups.clustering(self.session.colour_by.removeprefix(CLUSTER))
        except ClaraError:
            return None

    def _redraw(self, *, move: bool) -> None:
        session = self.session
        labels = session.server.labels.members(session.table.index, guessed=True) if self._by_label else {}
        kept = self._clustering()
        clusters = None
        if kept is not None:
            numbers = session.server.groups.clusters(kept)
            clusters = numbers[numbers >= 0].map(session.server.groups.names(kept))
        self._colour = colouring(session.colour_by, session.table, labels, clusters)
        rows = self._plane.index.get_indexer(session.table.index)
        there = np.flatnonzero(rows >= 0)
        self.plot.draw(
            move=move and there.size > 0,
            plane=self._plane[["x", "y"]].iloc[rows[there]],
            shade=replace(self._colour, values=self._colour.values[there]),
            selection=session.selection,
            axes=self._titles(),
            target=session.target_id,
            names=None,
        )
        if kept is not None and session.map_kind != AXES:  # on plain axes all middles lie on one heap
            self.plot.draw(names=self.plot.middles())

    @property
    def _by_label(self) -> bool:
        return self.session.colour_by.startswith("label:")

    def _tell(self, *events: object) -> None:
        """Say which map is still to come, name the categories, or say how good the map is."""
        session, colour = self.session, self._colour
        words = ""
        categories = [
            (name, shade, int((colour.values == place).sum()))
            for place, (name, shade) in enumerate(zip(colour.categories, CATEGORIES, strict=False))
        ]
        shown = str(self.shown[0]) if self.shown else ""
        if shown != session.map_kind and len(session.table):
            there = f"; this is {KINDS[shown]}" if shown else ""
            words = f"{KINDS[session.map_kind]} {self._coming()}{there}"
        elif not categories and shown and shown != AXES:
            words = self._quality(shown)
        self.note.object = render("map_note", categories=categories, words=words)
        show(self.note, bool(categories or words))

    def _coming(self) -> str:
        """Why the map that was asked for is not there."""
        session = self.session
        request = session.server.map_request(session.map_kind, session.run)
        if request is None:
            return "needs a run, or catalogue parameters (area Data)"
        if not session.server.has_what_a_map_needs(request):
            return "needs features, which the first Retrain computes"
        running = next((job for job in session.jobs if job.kind == JobKind.MAP and job.state.active), None)
        return f"is being computed{f' {running.fraction:.0%}' if running else ''}"

    def _quality(self, kind: str) -> str:
        """What is shown, and how well near stars are near on the map."""
        server, run = self.session.server, self.session.run
        request = server.map_request(kind, run)
        facts = server.map_facts(request) if request is not None else {}
        quality = facts.get("quality", {})
        what = request.name.replace(",", ", ") if request is not None else ""
        if kind == "parameters":
            what += f" ({note})" if (note := server.workspace.parameters.stellar().note) else ""
        if request is not None and request.source == "features":
            what = feature_set(request.name).title
        figures = []
        if quality:
            figures = [
                f"trustworthiness {quality['trustworthiness']:.2f}",
                f"neighbour recall {quality['neighbour_recall']:.2f} (chance {quality['chance_recall']:.2f})",
            ]
        return " · ".join([what, *figures, f"seed {facts.get('seed', 0)}"])

    def _colour_chosen(self, event: object) -> None:
        if self.colour.value:
            self.session.colour_by = self.colour.value

    def _axes_chosen(self, event: object) -> None:
        if self.across.value and self.up.value:
            self.session.axes = (self.across.value, self.up.value)

    def tapped(self, x: float, y: float) -> None:
        """Show the star at a place of the map."""
        found = self.plot.at(x, y)
        if found is not None:
            self.session.show(found)

    def drawn_around(self, target_ids: list[str]) -> None:
        """Select the stars within an outline, as the mode of the selection says."""
        self.selection.draw(target_ids)

    def _pointed(self) -> None:
        """Name the star below the pointer."""
        at = self.plot.pointer.data
        target_id = self.plot.at(at["x"][0], at["y"][0]) if len(at["x"]) else None
        if target_id is None:
            self._point_away()
            return
        session, colour = self.session, self._colour
        row = session.table.loc[target_id]
        value = colour.values[session.table.index.get_loc(target_id)]
        words = "" if not np.isfinite(value) else colour.categories[int(value)] if colour.categories else f"{value:.4g}"
        spot = [at["sx"][0], at["sy"][0]]

        def name(picture: str) -> None:
            self.hover.param.update(object=hover_html(row, colour.title, words, picture), spot=spot)

        self._pointing(partial(session.server.picture, target_id), name)

    def _point_away(self) -> None:
        """The card leaves with the map that it belongs to."""
        self._pointing.cancel()
        self.hover.object = ""

    def _selection_changed(self, *events: object) -> None:
        self.plot.draw(selection=self.session.selection)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
