"""Pictures of a sweep: cells, lines, and the run that a click means."""

import numpy as np
import pandas as pd
import pytest

from clara_app.panes.sweep import SweepPane
from clara_app.panes.sweep_plots import ParallelPlot, axis_title, heat_cells, sweep_axes, value_text
from clara_app.session import Session
from clara_engine.evaluate.objective import ranked
from clara_engine.studies.sweep import Sweeps

CURVES, NOISE = "axis design.curves", "axis design.background.noise_ppm"


@pytest.fixture
def rows() -> pd.DataFrame:
    """Four runs over two axes, the last best by every term."""
    table = pd.DataFrame(
        {"run_id": list("abcd"), "name": list("abcd"), CURVES: [100, 100, 200, 200], NOISE: [50.0, 100.0, 50.0, 100.0],
         "axis seed": [1, 1, 1, 1], "roc_auc": [0.5, 0.6, 0.7, 0.8], "roc_auc_low": 0.4, "roc_auc_high": 0.9}
    )  # fmt: skip
    for name in ("recall", "excess", "importance_top_20", "recall_auc", "importance_auc", "lift", "recall_top_5"):
        table[name] = [0.1, 0.2, 0.3, 0.4]
    return table.assign(anomaly_rate=[0.4, 0.3, 0.2, 0.1], t10=[0.4, 0.3, 0.2, 0.1])


def test_axes_are_named_with_units(rows: pd.DataFrame) -> None:
    assert sweep_axes(rows) == [CURVES, NOISE]
    assert [axis_title(axis) for axis in (CURVES, NOISE)] == ["curves", "noise (ppm)"]
    assert value_text("[0.5, 2.0]") == "0.5–2"


def test_cells_stand_where_their_design_does(rows: pd.DataFrame) -> None:
    table = ranked(rows, 0.5)
    cells, across, up = heat_cells(table, "roc_auc", CURVES, NOISE)
    assert dict(zip(cells["run"], zip(cells["column"], cells["row"], strict=True), strict=True)) == {
        "a": (0, 0),
        "b": (0, 1),
        "c": (1, 0),
        "d": (1, 1),
    }
    assert (across, up) == ({0.0: "100", 1.0: "200"}, {0.0: "50", 1.0: "100"})
    assert "95 % interval 0.400 to 0.900" in cells["hover"].iloc[0]
    assert "chance 0.5" in cells["hover"].iloc[0]
    alone, _, none = heat_cells(table[table[NOISE] == 50], "objective", CURVES, None)
    assert (alone["row"] == 0).all()
    assert none == {}


def test_a_tap_on_a_line_names_its_run(rows: pd.DataFrame) -> None:
    chosen: list[str] = []
    drawn = ParallelPlot(chosen.append)
    drawn.tap(0, 0)
    drawn.show(ranked(rows, 0.5))
    assert drawn.heights.min() == 0
    assert drawn.heights.max() == 1
    best = drawn.heights[drawn.runs.index("d")]
    drawn.tap(2, best[2])
    drawn.tap(2.5, (best[2] + best[3]) / 2)
    drawn.tap(2, best[2] + 0.2)
    assert chosen == ["d", "d"]
    drawn.mark("d")
    np.testing.assert_array_equal(drawn.here.data["y"][0], best)
    drawn.mark("elsewhere")
    assert drawn.here.data["y"] == []


def test_the_pane_draws_and_a_cell_shows_its_run(session: Session, spec) -> None:
    workspace = session.server.workspace
    runs = [session.run, workspace.train(spec("second", seed=5))]
    table = Sweeps(workspace).measured(runs, ("truth", "planet"), [{"seed": 1}, {"seed": 2}])
    (workspace.folder / "sweeps").mkdir()
    table.to_parquet(workspace.folder / "sweeps" / "mine.parquet")
    session.area = "compare"
    pane = SweepPane(session)
    assert not pane._pictures.visible
    pane.grid.value = "mine"
    assert pane._pictures.visible
    assert not pane.button.visible
    assert pane.heat.cells.data["column"] == [pane._cells["column"].iloc[0], pane._cells["column"].iloc[1]]
    pane._cell_tapped(1, 0)
    assert session.run_id == runs[1].id
    assert pane.heat.here.data == {"column": [1], "row": [0]}
    assert pane.table.selected == pane.runs.index(runs[1].id)
    pane._cell_tapped(7, 7)
    assert session.run_id == runs[1].id
    pane.kind.value = "auc"
    assert {"recall_auc_part", "importance_auc_part"} <= {column["name"] for column in pane.table.columns}
