"""A plot of the page in headless Chromium: clicks, outlines, and what is drawn anew."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import panel as pn
import pytest
from tornado.ioloop import IOLoop

from clara_app.kept_plot import KeptPlot
from clara_app.panes.map_plot import MapPlot
from clara_app.plot_view import PlotView
from clara_engine import plots
from clara_engine.periods import Peak, Periodogram
from clara_engine.plots.centroid import centroid_drawing
from clara_engine.plots.fold import fold_drawing
from clara_engine.plots.light_curve import light_curve_drawing
from clara_engine.plots.periodogram import periodogram_drawing
from tests.app.browser import PATIENCE, faults_of, free_port, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

SIZE = (700, 500)


class Shown:
    """A colour–magnitude diagram in a page of its own, and what was done on it."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.places = pd.DataFrame(
            {"bp_rp": rng.uniform(0, 4, 300), "abs_g": rng.uniform(-2, 14, 300)}, [f"star-{i}" for i in range(300)]
        )
        self.taps: list[tuple[float, float]] = []
        self.outlines: list[tuple[np.ndarray, np.ndarray]] = []
        self.view: PlotView | None = None

    def page(self) -> pn.viewable.Viewable:
        self.view = PlotView(
            plots.colour_magnitude,
            tapped=lambda x, y: self.taps.append((x, y)),
            outlined=lambda x, y: self.outlines.append((x, y)),
        )
        self.view.draw(places=self.places)
        choose = pn.widgets.Button(name="choose", on_click=lambda event: self.view.draw(selection=["star-1"]))
        dark = pn.widgets.Button(name="dark", on_click=lambda event: self.view.paint(True))
        return pn.Column(pn.Row(choose, dark), self.view, width=SIZE[0], height=SIZE[1])


@contextmanager
def served(page: Callable[[], pn.viewable.Viewable]) -> Iterator[str]:
    """Address of a page that a thread of this process serves; it answers, and ends with nothing half done.

    The thread of `panel.serve` cancels what is at work when it is stopped: Bokeh then takes the document that was
    written to for the one of every later test.
    """
    port, listens, loops = free_port(), threading.Event(), []

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        server = pn.serve(page, port=port, start=False, show=False, websocket_origin="*")
        loops.append(IOLoop.current())
        loops[0].add_callback(listens.set)
        server.start()
        loops[0].start()
        server.stop()
        loops[0].close()

    thread = threading.Thread(target=run)
    thread.start()
    assert listens.wait(PATIENCE / 1000)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        loops[0].add_callback(loops[0].stop)
        thread.join()


@pytest.fixture
def shown() -> Iterator[tuple[Shown, str]]:
    made = Shown()
    with served(made.page) as url:
        yield made, url


FIGURE = """() => [...Bokeh.documents[0]._all_models.values()].find((model) => model.type === "Figure")"""
ENDS = f"""() => {{ const figure = ({FIGURE})(); return [figure.x_range.start, figure.x_range.end,
  figure.y_range.start, figure.y_range.end] }}"""
DRAWN = f"""(count) => ({FIGURE})().renderers.some((drawn) => drawn.glyph?.type === "Scatter"
  && drawn.data_source.length === count)"""


def waits_for(tab, done) -> None:
    """Let the page go on until something is so here."""
    for _ in range(int(PATIENCE / 100)):
        if done():
            return
        tab.wait_for_timeout(100)
    raise AssertionError("it did not happen")


def test_clicks_and_outlines_arrive_the_zoom_stays_and_the_look_changes(chromium, shown: tuple[Shown, str]) -> None:
    made, url = shown
    tab = chromium.new_page(viewport={"width": 800, "height": 600})
    tab.set_default_timeout(PATIENCE)
    tab.goto(url)
    wait_until(tab, "() => Bokeh.documents[0]?.is_idle")
    canvas = tab.locator(".bk-Canvas, .bk-canvas").first
    canvas.wait_for()
    box = tab.locator(".bk-Figure").first.bounding_box()
    left, right, bottom, top = tab.evaluate(ENDS)
    assert bottom > top  # the bright end is up
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.click(*middle)
    waits_for(tab, lambda: made.taps)
    x, y = made.taps[0]
    assert left < x < right
    assert top < y < bottom
    # An outline around the middle
    tab.mouse.move(middle[0] - 100, middle[1] - 80)
    tab.mouse.down()
    for dx, dy in ((100, -80), (100, 80), (-100, 80), (-100, -60)):
        tab.mouse.move(middle[0] + dx, middle[1] + dy, steps=5)
    tab.mouse.up()
    waits_for(tab, lambda: made.outlines)
    corners_x, corners_y = made.outlines[0]
    assert corners_x.min() < x < corners_x.max()
    assert corners_y.min() < y < corners_y.max()
    # What is chosen is drawn, and the view stays where it is
    tab.evaluate(f"() => ({FIGURE})().x_range.setv({{start: 1, end: 2}})")
    tab.get_by_role("button", name="choose").click()
    wait_until(tab, DRAWN, arg=1)
    assert tab.evaluate(ENDS)[:2] == [1, 2]
    tab.get_by_role("button", name="dark").click()
    wait_until(tab, f"() => ({FIGURE})().background_fill_color === '#181d22'")
    assert tab.evaluate(ENDS)[:2] == [1, 2]
    tab.close()


class Kept:
    """The plots of a star before anything is known of it, and one that has been written to before its page is there."""

    def __init__(self) -> None:
        self.periods: KeptPlot | None = None

    def page(self) -> pn.viewable.Viewable:
        self.curve, self.fold, self.periods = (
            KeptPlot(drawing) for drawing in (light_curve_drawing, fold_drawing, periodogram_drawing)
        )
        for plot in (self.curve, self.fold, self.periods):
            plot.draw()
        written = KeptPlot(periodogram_drawing)
        written.draw()
        written.draw(found=FOUND)
        chart = MapPlot(tapped=lambda x, y: None, outlined=lambda ids: None, pointed=lambda: None)
        chart.draw()
        show = pn.widgets.Button(name="show", on_click=lambda event: self.periods.draw(found=FOUND))
        plots = [self.curve, self.fold, self.periods, written, chart, KeptPlot(centroid_drawing)]
        plots[-1].draw()
        rows = [pn.Row(plot, height=120, sizing_mode="stretch_width") for plot in plots]
        return pn.Column(show, *rows, width=SIZE[0])


PERIOD = np.geomspace(0.1, 10, 50)
FOUND = Periodogram(PERIOD, 1 / (1 + PERIOD), (Peak(0.1, 0.9, harmonic="2P"), Peak(1.0, 0.5)))
NAMES = """(count) => [...Bokeh.documents[0]._all_models.values()].filter((model) => model.type === "ColumnDataSource"
  && Array.from(model.data.name ?? []).includes("2P")).length === count"""


def test_kept_plots_are_drawn_empty_and_filled_later(chromium) -> None:
    with served(Kept().page) as url:
        tab = chromium.new_page(viewport={"width": 800, "height": 900})
        tab.set_default_timeout(PATIENCE)
        faults = faults_of(tab)
        tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        tab.goto(url)
        wait_until(tab, "() => Bokeh.documents[0]?.is_idle")
        wait_until(tab, NAMES, arg=1)
        tab.get_by_role("button", name="show").click()
        wait_until(tab, NAMES, arg=2)
        assert [fault for fault in faults if "favicon" not in fault and "404" not in fault] == []
        tab.close()
