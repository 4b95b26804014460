"""A plot whose figure is kept: what is sent when something changes, and what stays."""

import gc
import weakref

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.events import RangesUpdate
from bokeh.model import Model
from holoviews.core.options import Store

from clara_app.kept_plot import KeptPlot, figures_later
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris
from clara_engine.plots import samples
from clara_engine.plots.light_curve import light_curve_drawing
from clara_engine.plots.theme import PALETTES


def curve(seed: int, count: int = 3000) -> LightCurve:
    noise = np.random.default_rng(seed).normal(0, 1e-3, count)
    return LightCurve(time=1325 + np.linspace(0, 26, count), flux=1 + noise, target=Target(tic=seed))


@pytest.fixture
def plot() -> KeptPlot:
    made = KeptPlot(light_curve_drawing, stays=("ephemeris",))
    Document().add_root(made.figure)
    made.draw(curve=curve(1))
    return made


def shown(plot: KeptPlot, kind: str) -> int:
    """How many glyphs of a kind can be seen."""
    return sum(drawn.visible and type(drawn.glyph).__name__ == kind for drawn in plot.figure.renderers)


def sent(plot: KeptPlot) -> list[tuple[str, str]]:
    """Changes of the figure from now on: the kind of a model, and which property."""
    found: list[tuple[str, str]] = []

    def note(event) -> None:
        if isinstance(getattr(event, "model", None), Model):
            found.append((type(event.model).__name__, event.attr))

    plot.figure.document.on_change(note)
    return found


def test_another_light_curve_is_sent_as_columns_and_ends_alone(plot: KeptPlot) -> None:
    figure, models, changes = plot.figure, set(plot.figure.references()), sent(plot)
    plot.draw(curve=curve(2))
    assert plot.figure is figure
    assert set(figure.references()) == models
    assert {kind for kind, _ in changes} == {"ColumnDataSource", "Range1d"}
    np.testing.assert_allclose(
        plot.columns("Samples")["flux"], 1e6 * (curve(2).flux / np.median(curve(2).flux) - 1), 1e-3
    )


def test_what_is_the_same_is_not_sent_again(plot: KeptPlot) -> None:
    changes = sent(plot)
    plot.draw(ephemeris=Ephemeris(3.0, 1326.0, 0.2))
    assert changes == [("ColumnDataSource", "data")]
    assert len(plot.columns("Events")["time"]) == 9


def test_another_look_is_drawn_by_holoviews_and_leaves_the_view(plot: KeptPlot) -> None:
    plot.figure.x_range.update(start=1330, end=1331)
    plot.figure.y_range.update(start=-10, end=10)
    before = plot.columns("Samples")["flux"]
    plot.paint(True)
    assert plot.figure.background_fill_color == PALETTES[True].ground
    assert plot.figure.output_backend == "canvas"  # where the quick marker of samples is drawn
    glyphs = {renderer.glyph.fill_color for renderer in plot.figure.renderers if hasattr(renderer.glyph, "marker")}
    assert {PALETTES[True].points, PALETTES[True].warn, PALETTES[True].accent} == glyphs
    np.testing.assert_array_equal(plot.columns("Samples")["flux"], before)
    ends = [(axis.start, axis.end) for axis in (plot.figure.x_range, plot.figure.y_range)]
    assert ends == [(1330, 1331), (-10, 10)]
    plot.draw(ephemeris=Ephemeris(3.0, 1326.0, 0.2))
    assert plot.figure.x_range.start == 1330
    plot.draw(curve=curve(3))
    assert plot.figure.x_range.start < 1325


def test_very_many_samples_are_a_picture_of_what_is_in_view(plot: KeptPlot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "MOST_SAMPLES", 5000)
    plot.draw(curve=curve(4, 20_000))
    (picture,) = plot.columns("Picture")["image"]
    whole = np.isfinite(picture).any(axis=0)
    assert whole.mean() > 0.9
    assert (plot.columns("Picture")["x"][0], plot.crowded) == (pytest.approx(plot.figure.x_range.start), True)
    event = RangesUpdate(plot.figure, x0=1330.0, x1=1331.0, y0=-2000.0, y1=2000.0)
    plot.figure.x_range.update(start=1330, end=1331)
    plot.view_moved(event)
    (closer,) = plot.columns("Picture")["image"]
    assert (plot.columns("Picture")["x"][0], plot.columns("Picture")["dw"][0]) == pytest.approx((1330, 1))
    assert not np.array_equal(closer, picture, equal_nan=True)
    assert plot.figure.x_range.start == 1330
    plot.draw(curve=curve(5))
    assert not plot.crowded
    assert len(plot.columns("Samples")["time"]) == 3000
    assert [shown(plot, kind) for kind in ("Image", "Scatter")] == [0, 5]
    plot.draw(curve=curve(6, 20_000))
    assert [shown(plot, kind) for kind in ("Image", "Scatter")] == [1, 4]


def test_nothing_is_left_of_a_plot_that_nobody_has() -> None:
    before = Store.custom_options(backend="bokeh").keys()
    made = KeptPlot(light_curve_drawing)
    made.draw(curve=curve(1))
    made.paint(True)
    gone = [weakref.ref(one) for one in (made, made.figure, made.plot)]
    del made
    gc.collect()
    assert [one() for one in gone] == [None] * 3
    assert Store.custom_options(backend="bokeh").keys() <= before


def test_what_waits_for_a_figure_does_not_make_one() -> None:
    told: list[str] = []
    with figures_later() as waiting:
        made = KeptPlot(light_curve_drawing)
        made.draw(curve=curve(3))
        made.when_made(lambda: told.append(made.source("Samples").id))
    assert (waiting, told) == ([made], [])
    made.make()
    assert told == [made.source("Samples").id]
