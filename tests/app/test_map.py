"""The map: places, colours, outlines, names, pictures of crowds, and the bar below."""

import sys
from threading import Thread

import numpy as np
import pandas as pd
import pytest
from bokeh.document import Document
from bokeh.events import RangesUpdate, SelectionGeometry
from bokeh.models import ColorBar, Image, LinearColorMapper
from matplotlib.path import Path as Outline

from clara_app.colouring import CLUSTER
from clara_app.hiding import is_shown
from clara_app.panes import map_plot
from clara_app.panes.map import MapPane
from clara_app.panes.map_plot import MapPlot
from clara_app.panes.ranking import RankingPane
from clara_app.panes.selection import combined
from clara_app.plot_view import inside
from clara_app.session import Session
from clara_engine.plots import Shade, points
from clara_engine.plots.theme import PALETTES
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.studies.cluster import cluster_stars

PICTURE = "StarsPicture"


def crowd(count: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ids = [f"{number}-s0001-SPOC-120" for number in range(count)]
    places = pd.DataFrame(rng.normal(size=(count, 2)).astype(np.float32), ids, ["x", "y"])
    return places.assign(value=rng.random(count).astype(np.float32))


def shade_of(places: pd.DataFrame) -> Shade:
    return Shade("value", places["value"].to_numpy(), 0.0, 1.0)


def empty() -> MapPlot:
    """A map on which nothing happens."""
    return MapPlot(tapped=lambda x, y: None, outlined=lambda ids: None, pointed=lambda: None)


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
    x, y = pane.plot.plane.loc[session.order[7]]
    pane.tapped(x, y)
    assert session.target_id == session.order[7]
    assert pane.plot.columns("Ring")["x"][0] == pytest.approx(x)


def test_the_strangest_star_is_drawn_last(session: Session) -> None:
    pane = MapPane(session)
    assert len(pane.plot.columns("Stars")["color"]) == len(session.table)
    assert np.all(np.diff(pane.plot.columns("Stars")["color"]) >= 0)


def outline(pane: MapPane, places: list[int]) -> None:
    """Draw a box around one star after another, as the browser tells it."""
    plot = pane.plot
    document = plot.figure.document or Document()
    if plot.figure.document is None:
        document.add_root(plot.figure)
    for place in places:
        x, y = plot.plane.iloc[place]
        box = {"type": "rect", "x0": x - 1e-6, "x1": x + 1e-6, "y0": y - 1e-6, "y1": y + 1e-6}
        document.callbacks.trigger_event(SelectionGeometry(plot.figure, geometry=box, final=True))


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
    assert pane.plot.columns("Chosen")["x"] == pytest.approx(pane.plot.plane["x"].iloc[[5]].to_numpy())
    pane.selection.invert_selection()
    assert set(session.selection) == set(ids) - {ids[5]}
    pane.selection.choose([])
    assert pane.plot.columns("Chosen")["x"].size == 0
    assert pane.plot.columns("Stars")["x"].size == len(ids)


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
    picked = session.order[:4]
    session.selection = picked
    session.more_like_these()
    job = next(job for job in session.jobs if job.kind == "train")
    session.server.queue.wait(job.id, 60)
    session.poll()
    assert session.run is not None
    assert session.run.spec.picked == tuple(picked)
    assert session.table.loc[picked, "set_aside"].all()
    assert session.selection == []  # what is new is shown, not what was picked
    assert session.target_id not in picked
    assert set(RankingPane(session).order[-4:]) == set(picked)


def scale(pane: MapPane) -> LinearColorMapper:
    """What colours the stars."""
    return next(bar.color_mapper for bar in pane.plot.figure.select({"type": ColorBar}))


def test_the_colours_are_those_of_the_numbers_and_words_have_no_scale(session: Session) -> None:
    pane = MapPane(session)
    session.colour_by = "tmag"
    assert tuple(scale(pane).palette) == PALETTES[False].ramp
    ends = np.percentile(session.table["tmag"].dropna().to_numpy(np.float32), (0.5, 99.5))
    assert (scale(pane).low, scale(pane).high) == pytest.approx(tuple(ends))
    bars = list(pane.plot.figure.select({"type": ColorBar}))
    assert [bar.visible for bar in bars] == [True]
    session.colour_by = "label:truth"
    assert [bar.visible for bar in bars] == [False]
    values = pane.plot.columns("Stars")["color"]
    assert sorted(set(values[np.isfinite(values)])) == list(range(len(pane.plot.shade.categories)))
    session.colour_by = "anomaly_score"
    assert [bar.visible for bar in bars] == [True]


def test_the_score_colours_the_map_as_soon_as_there_is_one(session: Session) -> None:
    scored, unscored = session.table, session.server.table(None, None).assign(verdict=None)
    session.param.update(table=unscored, scored=session.scored + 1)
    pane = MapPane(session)
    assert session.colour_by == pane.colour.value == "tmag"
    session.param.update(table=scored, scored=session.scored + 1)
    assert session.colour_by == pane.colour.value == "anomaly_score"
    pane.colour.value = "tmag"  # by hand: it stays
    session.param.update(table=unscored, scored=session.scored + 1)
    session.param.update(table=scored, scored=session.scored + 1)
    assert session.colour_by == "tmag"


def test_a_map_of_stars_without_features_says_what_it_waits_for(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(session.server, "stored_map", lambda *asked: None)
    monkeypatch.setattr(session.server, "has_what_a_map_needs", lambda request: False)
    assert "t-SNE needs features, which the first Retrain computes" in MapPane(session).note.object


def test_the_map_keeps_its_place_when_it_recolours(session: Session) -> None:
    pane = MapPane(session)
    pane.plot.figure.x_range.update(start=-0.5, end=0.5)
    for choice in ("tmag", "label:truth", "anomaly_score"):
        session.colour_by = choice
        assert (pane.plot.figure.x_range.start, pane.plot.figure.x_range.end) == (-0.5, 0.5)
    session.dark = True
    assert (pane.plot.figure.x_range.start, pane.plot.figure.x_range.end) == (-0.5, 0.5)
    assert tuple(scale(pane).palette) == PALETTES[True].ramp


def test_pca_stands_in_while_t_sne_is_made(session: Session) -> None:
    for file in (session.server.workspace.folder / "maps").glob("tsne*"):
        file.unlink()
    pane = MapPane(session)
    assert pane.shown[0] == "pca"
    assert "t-SNE is being computed" in pane.note.object
    session.server.queue.wait(session.server.queue.jobs()[-1].id, 60)
    session.poll()
    assert pane.shown[0] == "tsne"
    assert "trustworthiness" in pane.note.object


def test_leaves_and_two_axes_are_maps_too(session: Session) -> None:
    pane = MapPane(session)
    session.map_kind = "leaves"
    session.server.queue.wait(session.server.queue.jobs()[-1].id, 60)
    session.poll()
    assert pane.shown[0] == "leaves"
    session.param.update(map_kind="axes", axes=("tmag", "anomaly_score"))
    place = pane.plot.plane.loc[session.order[0]]
    assert place["x"] == pytest.approx(session.table["tmag"].iloc[0])
    assert place["y"] == pytest.approx(session.table["anomaly_score"].iloc[0])
    axis = pane.plot.figure.xaxis[0]
    assert (axis.axis_label, axis.visible) == ("T magnitude (mag)", True)
    session.dark = True
    assert axis.visible
    session.map_kind = "pca"
    assert not axis.visible


def test_clusters_colour_the_map_and_are_named_on_it(session: Session) -> None:
    workspace = session.server.workspace
    clusterings = workspace.clusterings
    kept = cluster_stars(workspace, ClusterRequest(title="two", method={"kind": "kmeans", "clusters": 2}))
    clusterings.rename(kept.id, 1, "eclipsers")
    session.poll()
    pane = MapPane(session)
    session.colour_by = f"{CLUSTER}{kept.id}"
    assert set(pane.plot.columns("Names")["name"]) == {"cluster 0", "eclipsers"}
    sizes = kept.labels()["cluster"].value_counts()
    assert f"{sizes[1]:,}" in pane.note.object
    clusterings.rename(kept.id, 1, "")
    session.poll()
    assert set(pane.plot.columns("Names")["name"]) == {"cluster 0", "cluster 1"}


def test_the_pointer_learns_who_is_below_it(session: Session) -> None:
    pane = MapPane(session)
    star = pane.plot.plane.iloc[-1]
    pane.plot.pointer.data = {"x": [star["x"]], "y": [star["y"]], "sx": [3.0], "sy": [4.0]}
    assert str(session.table.loc[star.name, "tic"]) in pane.hover.object
    assert "<svg" in pane.hover.object
    pane.plot.pointer.data = {"x": [], "y": [], "sx": [], "sy": []}
    assert pane.hover.object == ""
    pane.plot.pointer.data = {"x": [star["x"]], "y": [star["y"]], "sx": [3.0], "sy": [4.0]}
    session.area = "vet"
    assert pane.hover.object == ""  # it leaves with its map


@pytest.mark.heavy
def test_a_crowd_is_one_picture_with_every_star_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (points, sys.modules["clara_engine.plots.embedding"], map_plot):
        monkeypatch.setattr(module, "MOST_POINTS", 500)
    plot, plane = empty(), crowd(2000)
    plot.draw(move=True, plane=plane, shade=shade_of(plane))
    assert len(plot.columns("Stars")["x"]) == 0
    drawn = plot.columns(PICTURE)
    (picture,) = drawn["image"]
    (x0, x1), (y0, y1) = plot.ends
    assert (drawn["x"][0], drawn["dw"][0]) == pytest.approx((x0, x1 - x0))
    height, width = picture.shape
    columns = np.clip(((plane["x"] - x0) / (x1 - x0) * width).astype(int), 0, width - 1)
    rows = np.clip(((plane["y"] - y0) / (y1 - y0) * height).astype(int), 0, height - 1)
    assert np.isfinite(picture[rows, columns]).all()
    assert (picture[rows, columns] >= plane["value"] - 1e-6).all()  # what is seen is at least as strange
    plot.figure.x_range.update(start=0.0, end=0.2)
    plot.view_moved(RangesUpdate(plot.figure, x0=0.0, x1=0.2, y0=y0, y1=y1))
    assert 0 < len(plot.columns("Stars")["x"]) < 500
    assert plot.columns(PICTURE)["image"] == []
    assert plot.figure.x_range.end == 0.2
    plot.figure.x_range.update(start=x0, end=x1)
    plot.view_moved(RangesUpdate(plot.figure, x0=x0, x1=x1, y0=y0, y1=y1))
    np.testing.assert_array_equal(plot.columns(PICTURE)["image"][0], picture)


def test_in_a_crowd_the_strongest_star_is_the_one_below_the_pointer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_plot, "MOST_POINTS", 2)
    plot, plane = empty(), crowd(3)
    plane[["x", "y"]] = np.array([[0, 0], [0.001, 0], [0.0005, 0]], np.float32)
    plot.draw(move=False, plane=plane, shade=shade_of(plane))
    for axis in (plot.figure.x_range, plot.figure.y_range):
        axis.update(start=-10, end=10)
    assert plot.at(0.0, 0.0) == plane["value"].idxmax()
    assert plot.at(5.0, 5.0) is None


def test_a_pixel_shows_its_highest_value_and_what_has_none_is_there_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MOST_POINTS", 2)
    plot, plane = empty(), crowd(4)
    plane[["x", "y"]] = np.array([[0, 0], [0, 0], [0, 0], [1, 1]], np.float32)
    values = np.array([0.1, 1.0, np.nan, np.nan], np.float32)
    plot.draw(move=True, plane=plane, shade=Shade("value", values, 0.0, 1.0))
    (picture,) = plot.columns(PICTURE)["image"]
    assert np.nanmax(picture) == 1.0
    assert np.isneginf(picture).any()
    assert set(picture[np.isfinite(picture)]) == {np.float32(1.0)}
    (mapper,) = {part.color_mapper.low_color for part in plot.figure.select({"type": Image}) if part.dw}
    assert mapper == PALETTES[False].muted


@pytest.mark.parametrize("most", [2, 5000])
def test_other_scores_are_written_into_the_figure_with_the_ends_of_their_colours(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (points, sys.modules["clara_engine.plots.embedding"], map_plot):
        monkeypatch.setattr(module, "MOST_POINTS", most)
    plot, plane = empty(), crowd(300)
    plot.draw(move=True, plane=plane, shade=shade_of(plane))
    models = set(plot.figure.references())
    values = np.linspace(2, 3, len(plane), dtype=np.float32)
    plot.draw(move=False, plane=plane, shade=Shade("value", values, 2.1, 2.9))
    assert set(plot.figure.references()) == models
    assert {(mapper.low, mapper.high) for mapper in plot.figure.select({"type": LinearColorMapper})} == {(2.1, 2.9)}
    group, column = (PICTURE, "image") if most == 2 else ("Stars", "color")
    assert np.nanmax(plot.columns(group)[column][0] if most == 2 else plot.columns(group)[column]) == 3.0


def test_a_click_sends_the_ring_alone(session: Session) -> None:
    pane = MapPane(session)
    Document().add_root(pane.plot.figure)
    changes = []
    pane.plot.figure.document.on_change(changes.append)
    other = session.order[3]
    session.target_id = other
    ring = pane.plot.columns("Ring")
    assert [dict(event.model.data) for event in changes] == [ring]
    assert (ring["x"][0], ring["y"][0]) == pytest.approx(tuple(pane.plot.plane.loc[other]))


def test_maps_that_several_threads_make_have_their_colours() -> None:
    """A server draws in a thread at its start, and HoloViews keeps its options in one place for all threads."""
    scales: list[object] = []

    def make() -> None:
        for seed in range(3):
            plot, plane = empty(), crowd(30, seed)
            plot.draw(plane=plane, shade=shade_of(plane))
            scales.extend(points.glyph.fill_color.transform for points in plot.figure.renderers[:2])

    threads = [Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(scale).__name__ for scale in scales] == ["LinearColorMapper"] * 18


def test_stars_are_selected_by_a_condition(session: Session) -> None:
    pane = MapPane(session)
    middle = float(session.table["anomaly_score"].median())
    pane.selection.where.value = f"anomaly_score > {middle} and teff > 0"
    pane.selection.select_where()
    wanted = session.table.index[(session.table["anomaly_score"] > middle) & (session.table["teff"] > 0)]
    assert session.selection == list(wanted)
    assert not is_shown(pane.selection.where)
    pane.selection.choose([])
    pane.selection.where.value = "luck > 3"
    pane.selection.select_where()
    assert "no such column: luck" in session.notice
    pane.selection.where.value = "anomaly_score > 9"
    pane.selection.select_where()
    assert "no star here" in session.notice
    assert session.selection == []
    pane.selection.where.value = "anomaly_score >= 0"
    pane.selection.select_where()
    assert session.notice == ""
