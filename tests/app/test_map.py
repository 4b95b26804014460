"""The map: places, colours, outlines, names, pictures of crowds, and the bar below."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from bokeh.events import SelectionGeometry
from matplotlib.path import Path as Outline

from clara_app.colouring import CLUSTER, Colouring
from clara_app.panes import map_plot
from clara_app.panes.map import MapPane
from clara_app.panes.map_plot import MapPlot
from clara_app.panes.selection import combined
from clara_app.plot_view import inside
from clara_app.raster import raster
from clara_app.session import Session
from clara_app.theme import palette
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.studies.cluster import cluster_stars


def crowd(count: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, Colouring]:
    rng = np.random.default_rng(seed)
    ids = [f"{number}-s0001-SPOC-120" for number in range(count)]
    plane = pd.DataFrame(rng.normal(size=(count, 2)).astype(np.float32), ids, ["x", "y"])
    values = rng.random(count).astype(np.float32)
    return plane, pd.DataFrame({"tic": range(count)}, ids), Colouring("value", values, 0.0, 1.0)


def test_points_in_a_polygon_are_those_that_another_library_finds() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 2000))
    for corners in (3, 7, 30):
        around = rng.normal(size=(corners, 2))
        found = inside(x, y, around[:, 0], around[:, 1])
        assert (found == Outline(around).contains_points(np.c_[x, y])).mean() > 0.999 if corners < 7 else found.any()


def test_an_outline_that_crosses_itself_leaves_out_what_is_inside_twice() -> None:
    around = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0], [1, 1], [3, 1], [3, 3], [1, 3], [1, 1]], float)
    assert inside(np.array([0.5, 2.0]), np.array([0.5, 2.0]), around[:, 0], around[:, 1]).tolist() == [True, False]


def test_the_map_shows_every_star_and_a_tap_chooses_one(session: Session) -> None:
    pane = MapPane(session)
    assert set(pane.plot.ids) == set(session.table.index)
    place = list(pane.plot.ids).index(session.order[7])
    x, y = (float(pane.plot.points.data[name][place]) for name in ("x", "y"))
    pane._tapped(x, y)
    assert session.target_id == session.order[7]
    assert pane.plot.one.data["x"][0] == pytest.approx(x)


def test_the_strangest_star_is_drawn_last(session: Session) -> None:
    pane = MapPane(session)
    assert np.all(np.diff(pane.plot.points.data["value"]) >= 0)


def outline(pane: MapPane, places: list[int]) -> None:
    """Draw a box around one star after another, as the browser tells it."""
    plot = pane.plot
    for place in places:
        box = {
            "type": "rect",
            "x0": plot.x[place] - 1e-6,
            "x1": plot.x[place] + 1e-6,
            "y0": plot.y[place] - 1e-6,
            "y1": plot.y[place] + 1e-6,
        }
        for callback in plot.figure._event_callbacks[SelectionGeometry.event_name]:
            callback(SimpleNamespace(final=True, geometry=box))


def test_outlines_start_anew_add_and_subtract(session: Session) -> None:
    pane = MapPane(session)
    ids = pane.plot.ids
    outline(pane, [3])
    assert session.selection == [ids[3]]
    pane.selection.mode.value = "add"
    outline(pane, [5, 3])
    assert session.selection == [ids[3], ids[5]]
    pane.selection.mode.value = "subtract"
    outline(pane, [3])
    assert session.selection == [ids[5]]
    assert pane.plot.chosen.data["x"].tolist() == [pane.plot.x[5]]
    pane.selection.invert_selection()
    assert set(session.selection) == set(ids) - {ids[5]}
    pane.selection.choose([])
    assert pane.plot.chosen.data["x"].size == 0
    assert pane.plot.points.data["x"].size == len(ids)


def test_combining_keeps_the_order_and_no_star_twice() -> None:
    assert combined(["a", "b"], ["b", "c"], "add") == ["a", "b", "c"]
    assert combined(["a", "b"], ["b", "c"], "subtract") == ["a"]
    assert combined(["a", "b"], ["b", "c"], "replace") == ["b", "c"]


def test_a_selection_is_named_and_recalled(session: Session) -> None:
    pane = MapPane(session)
    session.selection = session.order[:3]
    pane.selection.title.value = "odd"
    pane.selection.save()
    pane.selection.choose([])
    pane.selection.saved.value = "odd"
    assert session.selection == session.order[:3]
    pane.selection.title.value = " "
    pane.selection.save()
    assert "needs a name" in session.notice


def test_more_like_these_makes_a_run_against_the_selection(session: Session) -> None:
    session.selection = session.order[:4]
    session.more_like_these()
    job = next(job for job in session.jobs if job.kind == "train")
    session.server.queue.wait(job.id, 60)
    session.poll()
    assert session.run is not None
    assert session.run.spec.picked == tuple(session.selection)
    assert session.table.loc[session.selection, "set_aside"].all()


def test_the_map_keeps_its_place_when_it_recolours(session: Session) -> None:
    pane = MapPane(session)
    pane.plot.figure.x_range.update(start=-0.5, end=0.5)
    for choice in ("tmag", "label:truth", "anomaly_score"):
        session.colour_by = choice
        assert (pane.plot.figure.x_range.start, pane.plot.figure.x_range.end) == (-0.5, 0.5)
    session.dark = True
    assert pane.plot.mapper.palette != []


def test_pca_stands_in_while_t_sne_is_made(session: Session) -> None:
    for file in (session.server.workspace.folder / "maps").glob("tsne*"):
        file.unlink()
    pane = MapPane(session)
    assert pane._shown[0] == "pca"
    assert "t-SNE is being computed" in pane._note.object
    session.server.queue.wait(session.server.queue.jobs()[-1].id, 60)
    session.poll()
    assert pane._shown[0] == "tsne"
    assert "trustworthiness" in pane._note.object


def test_leaves_and_two_axes_are_maps_too(session: Session) -> None:
    pane = MapPane(session)
    session.map_kind = "leaves"
    session.server.queue.wait(session.server.queue.jobs()[-1].id, 60)
    session.poll()
    assert pane._shown[0] == "leaves"
    session.param.update(map_kind="axes", axes=("tmag", "anomaly_score"))
    place = pane.plot._place[session.order[0]]
    assert pane.plot.x[place] == pytest.approx(session.table["tmag"].iloc[0])
    assert pane.plot.y[place] == pytest.approx(session.table["anomaly_score"].iloc[0])
    assert pane.plot.figure.xaxis[0].axis_label == "T magnitude (mag)"


def test_clusters_colour_the_map_and_are_named_on_it(session: Session) -> None:
    workspace = session.server.workspace
    clusterings = workspace.clusterings
    kept = cluster_stars(workspace, ClusterRequest(title="two", method={"kind": "kmeans", "clusters": 2}))
    clusterings.rename(kept.id, 1, "eclipsers")
    pane = MapPane(session)
    session.colour_by = f"{CLUSTER}{kept.id}"
    assert set(pane.plot.names.data["text"]) == {"cluster 0", "eclipsers"}
    sizes = kept.labels()["cluster"].value_counts()
    assert f"{sizes[1]:,}" in pane._note.object
    clusterings.rename(kept.id, 1, "")
    session.poll()
    assert set(pane.plot.names.data["text"]) == {"cluster 0", "cluster 1"}


def test_the_pointer_learns_who_is_below_it(session: Session) -> None:
    pane = MapPane(session)
    place = len(pane.plot.ids) - 1
    spot = {"x": [float(pane.plot.x[place])], "y": [float(pane.plot.y[place])], "sx": [3.0], "sy": [4.0]}
    pane.plot.pointer.data = spot
    assert str(session.table.loc[pane.plot.ids[place], "tic"]) in pane.hover.object
    assert "<svg" in pane.hover.object
    pane.plot.pointer.data = {"x": [], "y": [], "sx": [], "sy": []}
    assert pane.hover.object == ""


def test_a_crowd_is_one_picture_with_every_star_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_plot, "MOST_POINTS", 500)
    plot = MapPlot()
    plane, table, colour = crowd(2000)
    plot.show(plane, table, colour, move=True)
    plot.paint(palette(False))
    plot.draw()
    assert len(plot.points.data["x"]) == 0
    picture = plot.pictures.data["image"][0]
    x0, x1, y0, y1 = plot._ends()
    height, width = picture.shape
    columns = np.clip(((plot.x - x0) / (x1 - x0) * width).astype(int), 0, width - 1)
    rows = np.clip(((plot.y - y0) / (y1 - y0) * height).astype(int), 0, height - 1)
    assert (picture[rows, columns] >> 24 > 0).all()
    plot.figure.x_range.update(start=0.0, end=0.2)
    plot.draw()
    assert 0 < len(plot.points.data["x"]) < 500
    assert plot.pictures.data["image"] == []


def test_in_a_crowd_the_strongest_star_is_the_one_below_the_pointer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_plot, "MOST_POINTS", 2)
    plot = MapPlot()
    plane, table, colour = crowd(3)
    plane[:] = [[0, 0], [0.001, 0], [0.0005, 0]]
    plot.show(plane, table, colour, move=False)
    for axis in (plot.figure.x_range, plot.figure.y_range):
        axis.update(start=-10, end=10)
    assert plot.at(0.0, 0.0) == table.index[int(np.argmax(colour.values))]
    assert plot.at(5.0, 5.0) is None


def test_a_pixel_shows_its_highest_value() -> None:
    x, y = np.zeros(3, np.float32), np.zeros(3, np.float32)
    options = {"colours": ("#000000", "#ffffff"), "low": 0.0, "high": 1.0, "categories": 0, "muted": "#ff0000"}
    view = {"alpha": 1.0, "x_range": (-1.0, 1.0), "y_range": (-1.0, 1.0), "width": 9, "height": 9}
    picture = raster(x, y, np.array([0.1, 1.0, np.nan], np.float32), **options, **view)
    assert picture[4, 4] == 0xFFFFFFFF
    gap = raster(x, y, np.full(3, np.nan, np.float32), **options, **view)
    assert gap[4, 4] & 0xFF == 0xFF
    assert gap[4, 4] & 0xFFFF00 == 0
