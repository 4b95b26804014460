"""Every line of docs/plots.md runs, and every public plot stands there."""

import re
from pathlib import Path

import holoviews as hv
import numpy as np
import pandas as pd
import pytest

from clara_engine import plots
from clara_engine.workspace import Workspace
from tests.plots.test_every_plot import FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "plots.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.S)
LINES = [line for block in BLOCKS[1:] for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def names(trained_folder, events, runs, mapping, matrix, sectors, measures, confusion, beside) -> dict[str, object]:
    """What the first block of the page makes, from a small workspace."""
    workspace = Workspace.open(trained_folder)
    ids = workspace.targets.frame()["target_id"]
    rng = np.random.default_rng(0)
    made: dict[str, object] = {
        "folder": trained_folder,
        "injected": events,
        "beside": beside,
        "runs": runs,
        "mapping": mapping,
        "matrix": matrix,
        "sectors": sectors,
        "measures": measures,
        "confusion": confusion,
        "plane": pd.DataFrame({"x": rng.normal(size=len(ids)), "y": rng.normal(size=len(ids))}, index=ids),
        "parameters": pd.DataFrame({"teff_k": rng.uniform(4000, 7000, len(ids))}, index=ids),
    }
    exec(BLOCKS[0], made)
    return made


@pytest.mark.parametrize("line", LINES, ids=[line.split("(")[0] for line in LINES])
def test_the_line_draws_a_plot(line: str, names: dict[str, object]) -> None:
    assert isinstance(eval(line.split("  #")[0], names), hv.Overlay | hv.Layout)


def test_every_public_plot_has_its_line() -> None:
    assert {line.split("(")[0].removeprefix("plots.") for line in LINES} == set(FUNCTIONS)
    assert set(plots.__all__) == {*FUNCTIONS, "Shade", "View"}
