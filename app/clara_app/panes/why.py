"""Why the forest finds the selected star strange: what each part of its features added to the score."""

from __future__ import annotations

from html import escape

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper
from numpy.typing import NDArray

from clara_app.card import card, live_text
from clara_app.session import Session
from clara_app.theme import Look, diverging, look, paint_frame, plot
from clara_engine.errors import ClaraError
from clara_engine.features import Block
from clara_engine.studies.reasons import explain_star
from clara_engine.workspace import Reason

__all__ = ["BlockPlot", "WhyPane", "bands", "reason_html"]

BANDS = 90
STRONGEST = 8
CSS = """
:host { padding: 0 10px 4px; box-sizing: border-box; overflow-y: auto; }
td:last-child { width: 30%; } td:first-child { max-width: 0; width: 45%; overflow: hidden; text-overflow: ellipsis; }
.bar { display: inline-block; height: 8px; }
"""

Float = NDArray[np.float64]


def bands(block: Block, contributions: Float, count: int = BANDS) -> tuple[Float, Float]:
    """Contributions summed in bands of the axis.

    Returns
    -------
    edges : ndarray, shape (count + 1,)
        From the lowest to the highest place on the axis, evenly spread as the axis is drawn.
    sums : ndarray, shape (count,)
    """
    place = np.log10(block.axis) if block.axis_log else block.axis
    sums, edges = np.histogram(place, count, weights=contributions)
    return 10**edges if block.axis_log else edges, sums


def reason_html(reason: Reason, shown_score: float, colours: Look) -> str:
    """The score as a sum, and the features that moved it most."""
    parts = " ".join(f"{added:+.3f} {escape(name)}" for name, added in reason.by_block().items())
    known = (
        f" The ranking says {shown_score:.3f}: this star trained every tree here, and is scored there by other trees."
        if abs(shown_score - reason.score) > 0.0005
        else ""
    )
    head = f"<b>{reason.score:.3f}</b> = {reason.base:.3f} base {parts}.<span class='quiet'>{known}</span>"
    strongest = reason.strongest(STRONGEST)
    most = float(strongest["contribution"].abs().max()) if len(strongest) else 1.0

    def bar(contribution: float) -> str:
        shade = colours.warn if contribution > 0 else colours.accent
        return f"<span class='bar' style='width:{100 * abs(contribution) / most:.0f}%;background:{shade}'></span>"

    rows = "".join(
        f"<tr><td title='{escape(row.feature, quote=True)}'>{escape(row.feature)}</td><td>{row.value:.4g}</td>"
        f"<td>{row.contribution:+.4f}</td><td style='text-align:left'>{bar(row.contribution)}</td></tr>"
        for row in strongest.itertuples()
    )
    table = f"<table><tr><th>feature</th><th>value</th><th>added</th><th></th></tr>{rows}</table>" if rows else ""
    return f"<div>{head}</div>{table}"


class BlockPlot:
    """Figure of one block of features along its axis, over bands in the colour of what they added to the score."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.bands = ColumnDataSource({"left": [], "right": [], "added": []})
        self.values = ColumnDataSource({"x": [], "y": []})
        self.mapper = LinearColorMapper(palette=["#888888"], low=-1, high=1)
        unit = f" ({block.axis_unit})" if block.axis_unit else ""
        self.figure = plot(
            x_axis_type="log" if block.axis_log else "linear",
            tools="xpan,xwheel_zoom,box_zoom,reset",
            active_drag="box_zoom",
            x_range=(float(block.axis.min()), float(block.axis.max())),
            y_range=(0, 1),
            x_axis_label=f"{block.axis_name}{unit}",
            y_axis_label=f"{block.quantity}{f' ({block.unit})' if block.unit else ''}".replace("Lomb–Scargle ", ""),
        )
        self._quads = self.figure.quad(
            left="left",
            right="right",
            bottom=-1e9,
            top=1e9,
            source=self.bands,
            line_color=None,
            fill_color={"field": "added", "transform": self.mapper},
        )
        self._line = self.figure.line("x", "y", source=self.values, line_width=1)

    def show(self, values: Float, contributions: Float, most: float) -> None:
        """Draw a block; the strongest colour means `most`."""
        edges, sums = bands(self.block, contributions)
        self.bands.data = {"left": edges[:-1], "right": edges[1:], "added": sums}
        order = np.argsort(self.block.axis)
        self.values.data = {"x": self.block.axis[order], "y": values[order].astype(np.float32)}
        low, high = float(values.min()), float(values.max())
        room = 0.05 * (high - low) or 1.0
        ends = {"start": low - room, "end": high + room}
        self.figure.y_range.update(**ends, reset_start=ends["start"], reset_end=ends["end"])
        self.mapper.update(low=-most, high=most)

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self._line.glyph.line_color = colours.text
        self.mapper.palette = diverging(colours)


class WhyPane(pn.viewable.Viewer):
    """Why the selected star is strange. It works only while it is in view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plots: list[BlockPlot] = []
        self._set = ""
        self._figures = pn.Row(sizing_mode="stretch_both", margin=0, styles={"flex": "1.7 1 0", "min-height": "0"})
        self._html = live_text(css=CSS, sizing_mode="stretch_both", styles={"flex": "1 1 0", "min-height": "0"})
        self._key = live_text(align="center")
        self._view = card("Why strange", self._figures, self._html, tools=(self._key,), chip=session.param.star_origin)
        session.follow(self._show, "star", "scored", "star_tab")
        session.follow(self._paint, "dark")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if session.star_tab != "why":
            return
        run = session.run
        if run is None or not session.target_id:
            self._say("No run yet: press Retrain." if run is None else "Choose a star on the map or in the ranking.")
            return
        try:
            reason = explain_star(session.server.workspace, run, session.target_id)
        except ClaraError as error:
            self._say(str(error))
            return
        self._lay_out(reason)
        sums = [bands(drawn.block, reason.contributions[drawn.block.slice])[1] for drawn in self.plots]
        most = max((float(np.abs(added).max()) for added in sums), default=0.0) or 1.0
        for drawn in self.plots:
            part = drawn.block.slice
            drawn.show(reason.values[part].astype(np.float64), reason.contributions[part], most)
        colours = look(session.dark)
        shown = session.table["anomaly_score"].get(session.target_id, reason.score)
        self._html.object = reason_html(reason, float(shown), colours)
        self._key.object = (
            f'<span style="color:{colours.warn}">■</span> made it stranger '
            f'<span style="color:{colours.accent}">■</span> more ordinary'
        )

    def _say(self, words: str) -> None:
        self._html.object = f'<span class="quiet">{escape(words)}</span>'
        self._figures.visible = False

    def _lay_out(self, reason: Reason) -> None:
        self._figures.visible = True
        if self._set == reason.features.id:
            return
        self._set = reason.features.id
        self.plots = [BlockPlot(block) for block in reason.features.blocks if not block.labels]
        self._figures.objects = [
            pn.pane.Bokeh(drawn.figure, sizing_mode="stretch_both", margin=0) for drawn in self.plots
        ]
        self._figures.visible = bool(self.plots)
        self._paint()

    def _paint(self, *events: object) -> None:
        for drawn in self.plots:
            drawn.paint(look(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
