from collections.abc import Callable

import holoviews as hv
import pandas as pd

from clara_app.panes.importance import ImportancePane, importance_html
from clara_app.session import Session
from clara_app.theme import PALETTES
from clara_engine.plots import importances
from clara_engine.plots.cells import HOVER
from clara_engine.progress import quiet


def test_a_feature_below_chance_is_not_counted_and_names_are_text() -> None:
    table = pd.DataFrame({"feature": ["<b>a</b>", "b"], "importance": [0.8, 0.2], "chance": [0.3, 0.4]})
    shown = importance_html(table)
    assert "1 of 2 features is above chance" in shown
    assert "80% of the importance is theirs" in shown
    (boxes,) = (one for one in importances(table) if isinstance(one, hv.Rectangles))
    assert boxes["hover"][0].startswith("<b>a</b>\n")  # Bokeh escapes what a column says
    assert "{safe}" not in HOVER
    assert list(boxes["x1"]) == [0.8, 0.2]
    assert boxes["shade"][1] == PALETTES[False].muted


def test_a_forest_that_was_trained_elsewhere_has_no_chance_level() -> None:
    table = pd.DataFrame({"feature": ["a", "b"], "importance": [0.8, 0.2], "chance": [float("nan")] * 2})
    assert "trained elsewhere" in importance_html(table)
    (boxes,) = (one for one in importances(table) if isinstance(one, hv.Rectangles))
    assert list(boxes["x1"]) == [0.8, 0.2]


def test_the_pane_shows_the_importances_of_the_run_on_the_screen(
    session: Session, after_restart: Callable[[], Session]
) -> None:
    pane = ImportancePane(session)
    assert "Compute lists" in pane.html.object
    pane.press()
    session.server.queue.wait(session.server.queue.active()[0].id, 60)
    session.poll()
    run = session.run
    assert run is not None
    expected = session.server.workspace.importances(run, report=quiet)
    shown = pane.plot.part(hv.Rectangles)
    assert shown["hover"][0].startswith(expected["feature"].iloc[0])
    assert f"chance {expected['chance'].iloc[0]:.5f}" in shown["hover"][0]
    assert pane.figure.visible
    assert not pane.button.visible
    assert ImportancePane(after_restart()).html.object == pane.html.object
    session.run_id = ""
    assert "No run yet" in pane.html.object
    assert not pane.figure.visible
