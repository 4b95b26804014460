"""The figure of a light curve: its flux axis follows the view, and an event on it can be marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
from bokeh.events import SelectionGeometry
from bokeh.models import BoxSelectTool, BoxZoomTool
from panel.io import hold

from clara_app.kept_plot import Ends, KeptPlot
from clara_app.time_axis import TimeAxis
from clara_engine.periods.fold import drawn_flux
from clara_engine.plots import View
from clara_engine.plots.light_curve import light_curve_drawing
from clara_engine.plots.samples import robust_limits

__all__ = ["LightCurvePlot"]

#: Movements of the view within this time are followed once [ms].
TOGETHER_MS = 60
FEWEST = 10  # samples in view, for their flux to say what is seen


class LightCurvePlot(KeptPlot):
    """A light curve against time; events come and go without moving the view.

    The flux axis shows what is in view, but for what flares; where somebody has zoomed into flux it stays, until the
    view is reset.

    Parameters
    ----------
    axis : TimeAxis, optional
    marked : callable, optional
        Called with the first and last time of what was drawn around [BTJD, days].
    follows : bool
        Whether the flux axis follows the view.
    given : keywords
        Of `light_curve_drawing`.
    """

    def __init__(
        self,
        axis: TimeAxis | None = None,
        *,
        marked: Callable[[float, float], object] | None = None,
        follows: bool = True,
        **given: Any,
    ) -> None:
        self._tell_marked, self._follows = marked, follows
        self._own_flux, self._moving, self._shown_flux = False, False, (0.0, 1.0)
        self.marker = BoxSelectTool(dimensions="width", renderers=[], description="Mark an event", visible=False)
        axis = axis or TimeAxis()
        super().__init__(light_curve_drawing, stays=("ephemeris", "marked", "across", "flux_ends"), axis=axis, **given)
        axis.when_moved(self.view_moved)

    @property
    def marking(self) -> bool:
        """Whether dragging marks an event, in place of zooming."""
        return self.figure.toolbar.active_drag is self.marker

    @marking.setter
    def marking(self, marks: bool) -> None:
        toolbar = self.figure.toolbar
        others = [tool for tool in toolbar.tools if isinstance(tool, BoxZoomTool)]
        with hold():  # an event of a widget comes without the lock that Bokeh wants
            toolbar.active_drag = self.marker if marks else others[0] if others else None

    def draw(self, *, move: bool | None = None, **given: Any) -> None:
        """Draw what is given, and the rest as before; another light curve comes with ends of its own."""
        if "curve" in given:
            given = {"flux_ends": None, "across": None} | given
            move, self._own_flux = True if move is None else move, False
        super().draw(move=move, **given)

    def show_times(self, start_btjd: float, end_btjd: float) -> None:
        """Bring some times into view, and the flux that is there.

        Parameters
        ----------
        start_btjd, end_btjd : float
            [BTJD, days].
        """
        self._own_flux = False
        with hold():
            self.figure.x_range.update(start=start_btjd, end=end_btjd)
            self._follow()

    def _join(self, made: Any) -> None:
        super()._join(made)
        if self._tell_marked is not None:
            made.add_tools(self.marker)
            made.on_event(SelectionGeometry, self.on_marked)

    def _show_ends(self) -> None:
        super()._show_ends()
        self._shown_flux = self.drawn.y

    def on_marked(self, event: Any) -> None:
        """Tell which times somebody dragged over."""
        if event.final and self._tell_marked is not None:
            ends = [event.geometry.get(name) for name in ("x0", "x1")]
            if None not in ends and ends[0] != ends[1]:
                self._tell_marked(*sorted(map(float, ends)))

    def view_moved(self, event: Any) -> None:
        """Follow the view, once for all movements of a moment."""
        if self._moving or self._made is None:
            return
        document = pn.state.curdoc
        if document is None or document.session_context is None:
            self._moved()
        else:
            self._moving = True
            document.add_timeout_callback(self._moved, TOGETHER_MS)

    def _moved(self) -> None:
        self._moving = False
        flux = self.ends[1]
        up: Any = self.figure.y_range
        home = (up.reset_start, up.reset_end)
        self._own_flux = not (_same(flux, self._shown_flux) or _same(flux, home))
        self._follow()

    def _follow(self) -> None:
        across, flux = self.ends
        if self._follows and not self._own_flux:
            flux = self._flux_in(across) or flux
        if _same(flux, self.drawn.y) and self.given.get("across") == across and not self.crowded:
            return
        seen: dict[str, Any] = {"seen": View(across, flux, *self.pixels)} if self.crowded else {}
        self.draw(across=across, flux_ends=flux, **seen)
        if not self._own_flux:
            self.figure.y_range.update(start=flux[0], end=flux[1])
            self._shown_flux = flux

    def _flux_in(self, across: Ends) -> Ends | None:
        """Robust ends of the good samples in view."""
        curve = self.given.get("curve")
        if curve is None:
            return None
        clean = curve.finite()
        seen = (clean.time >= across[0]) & (clean.time <= across[1])
        good = seen & (clean.quality == 0)
        seen = good if good.any() else seen
        flux: np.ndarray = drawn_flux(clean, as_it_is=bool(self.given.get("as_it_is")))[0]
        return robust_limits(flux[seen]) if seen.sum() >= FEWEST else None


def _same(one: Ends, other: Ends) -> bool:
    return bool(np.allclose(one, other, rtol=1e-6, atol=1e-9)) if None not in (*one, *other) else False
