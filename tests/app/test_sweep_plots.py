"""Pictures of a sweep: cells, lines, and the run that a click means."""

import holoviews as hv
import numpy as np
import pandas as pd
import pytest

from clara_app.panes.sweep import MAPPING, PICTURES, SweepPane, nearest_line
from clara_app.session import Session
from clara_engine.evaluate.objective import ranked
from clara_engine.jobs import JobKind
from clara_engine.plots.sweep import (
    axis_title,
    parallel_lines,
    sweep_axes,
    sweep_cells,
    sweep_map,
    sweep_parallel,
    value_text,
)
from clara_engine.studies.design_mapping import map_designs
from clara_engine.studies.findings import keep_finding
from clara_engine.studies.sweep import Sweeps
from tests.app.conftest import keep_small_sweep

CURVES, NOISE = "axis design.curves", "axis design.background.noise_ppm"


@pytest.fixture
def rows() -> pd.DataFrame:
    """Four runs over two axes, the last best by every term."""
    table = pd.DataFrame(
        {
            "run_id": list("abcd"),
            "name": list("abcd"),
            CURVES: [100, 100, 200, 200],
            NOISE: [50.0, 100.0, 50.0, 100.0],
            "axis seed": [1, 1, 1, 1],
            "roc_auc": [0.5, 0.6, 0.7, 0.8],
            "roc_auc_low": 0.4,
            "roc_auc_high": 0.9,
        }
    )
    for name in ("recall", "excess", "importance_top_20", "recall_auc", "importance_auc", "lift", "recall_top_5"):
        table[name] = [0.1, 0.2, 0.3, 0.4]
    return table.assign(anomaly_rate=[0.4, 0.3, 0.2, 0.1], t10=[0.4, 0.3, 0.2, 0.1])


def test_axes_are_named_with_units(rows: pd.DataFrame) -> None:
    assert sweep_axes(rows) == [CURVES, NOISE]
    assert [axis_title(axis) for axis in (CURVES, NOISE)] == ["curves", "noise (ppm)"]
    assert value_text(CURVES, "[0.5, 2.0]") == "0.5–2"


def test_a_sweep_of_one_axis_is_drawn(rows: pd.DataFrame) -> None:
    drawn = hv.render(sweep_map(ranked(rows.iloc[:2], 0.5), "roc_auc", NOISE), backend="bokeh")
    assert drawn.yaxis[0].major_label_overrides == {0: " "}


def test_cells_stand_where_their_design_does(rows: pd.DataFrame) -> None:
    table = ranked(rows, 0.5)
    cells, across, up = sweep_cells(table, "roc_auc", CURVES, NOISE)
    assert dict(zip(cells["run"], zip(cells["column"], cells["row"], strict=True), strict=True)) == {
        "a": (0, 0),
        "b": (0, 1),
        "c": (1, 0),
        "d": (1, 1),
    }
    assert (across, up) == ({0.0: "100", 1.0: "200"}, {0.0: "50", 1.0: "100"})
    assert "95 % interval 0.400 to 0.900" in cells["hover"].iloc[0]
    assert "chance 0.5" in cells["hover"].iloc[0]
    alone, _, none = sweep_cells(table[table[NOISE] == 50], "objective", CURVES, None)
    assert (alone["row"] == 0).all()
    assert none == {}


def test_a_tap_on_a_line_names_its_run(rows: pd.DataFrame) -> None:
    table = ranked(rows, 0.5)
    names, runs, heights, ticks = parallel_lines(table)
    assert heights.min() == 0
    assert heights.max() == 1
    assert len(names) == len(ticks) == heights.shape[1]
    best = heights[runs.index("d")]
    assert nearest_line(heights[:0], 0, 0) is None
    assert runs[nearest_line(heights, 2, best[2])] == "d"
    assert runs[nearest_line(heights, 2.5, (best[2] + best[3]) / 2)] == "d"
    assert nearest_line(heights, 2, best[2] + 0.2) is None
    assert nearest_line(heights, -0.1, best[0]) is None
    lines, here = (part for part in sweep_parallel(table, run_id="d") if isinstance(part, hv.Path))
    np.testing.assert_array_equal(here.split()[0]["height"], best)
    assert len(lines.split()) == 4
    assert len([part for part in sweep_parallel(table, run_id="elsewhere") if part.group == "Here" and len(part)]) == 0


def test_texts_along_an_axis_are_short_and_do_not_lie_on_each_other(rows: pd.DataFrame) -> None:
    table = ranked(rows, 0.5).assign(recall=[0.5, 0.7428571, 0.7434567, 0.7512345])
    names, _, _, ticks = parallel_lines(table)
    assert list(ticks[names.index("recall")].values()) == ["0.5", "0.751"]
    assert list(ticks[names.index(CURVES)].values()) == ["100", "200"]
    assert list(ticks[names.index(NOISE)].values()) == [f"{value:g}" for value in sorted(rows[NOISE].unique())]


def test_the_pane_draws_and_a_cell_shows_its_run(session: Session, spec) -> None:
    workspace = session.server.workspace
    runs = [session.run, workspace.train(spec("second", seed=5))]
    table = Sweeps(workspace).measured(runs, ("truth", "planet"), [{"seed": 1}, {"seed": 2}])
    session.area = "compare"
    assert not SweepPane(session).pictures.visible
    (workspace.folder / "sweeps").mkdir()
    table.to_parquet(workspace.folder / "sweeps" / "mine.parquet")
    pane = SweepPane(session)
    assert pane.grid.value == "mine"  # what has been run is shown first
    assert pane.pictures.visible
    assert not pane.button.visible
    words = [one for one in pane.heat.drawn if isinstance(one, hv.Labels)]
    assert sorted(x for one in words for x in one["x"]) == sorted(pane.cells["column"])
    pane.heat.tap.event(x=1.2, y=-0.3)
    assert session.run_id == runs[1].id
    ring = pane.heat.part(hv.Rectangles, 1)
    assert (ring["x0"] + ring["x1"], ring["y0"] + ring["y1"]) == (2, 0)
    assert pane.table.selected == pane.runs.index(runs[1].id)
    pane.heat.tap.event(x=7.0, y=7.0)
    assert session.run_id == runs[1].id
    pane.kind.value = "auc"
    assert {"recall_auc_part", "importance_auc_part"} <= {column["name"] for column in pane.table.columns}


def test_what_moves_the_measures_stands_beside_the_table(session: Session) -> None:
    workspace = session.server.workspace
    keep_small_sweep(workspace, "grid")
    session.area = "compare"
    pane = SweepPane(session)
    pane.grid.value = "grid"
    pane.beside.value = MAPPING
    mapping = pane.mapping
    assert mapping is not None
    assert not mapping.figures.visible
    assert "Not mapped yet" in mapping.note.object

    found = map_designs(Sweeps(workspace).table("grid"), "grid", draws=20)
    keep_finding(workspace, JobKind.MAPPING, "grid", found)
    session.poll()
    assert mapping.figures.visible
    assert "Marks: the published shares" in mapping.note.object
    assert mapping.parameter.options == {"curves": CURVES, "noise (ppm)": NOISE}
    assert len(mapping.shares.part(hv.Rectangles)) == 4
    mapping.measure.value = "recall"
    assert "curves +" in mapping.note.object
    assert "equal shares" in mapping.note.object
    means = mapping.curves.part(hv.Curve)
    assert list(means["place"]) == [100, 200]
    assert means["mean"][1] > means["mean"][0] + 0.15
    pane.alpha.value = 0.3
    assert mapping.alpha == 0.3
    assert mapping.measure.value == "recall"
    pane.beside.value = PICTURES
    assert pane.right_side.objects == [pane.pictures]


def test_run_asks_for_what_is_ticked(session: Session, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(type(session.server), "sweep", lambda server, plan, **how: asked.append((plan.name, how)))
    session.area = "compare"
    pane = SweepPane(session)
    pane.press()
    pane.tuned.value = pane.sets.value = True
    pane.press()
    assert asked == [
        ("paper36", {"author": "tester", "tuned": False, "test_sets": 0}),
        ("paper36", {"author": "tester", "tuned": True, "test_sets": 10}),
    ]
