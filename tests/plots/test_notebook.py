"""Notebooks run and show what they draw; the one with every plot does so in both looks, and leaves none out."""

import re
from pathlib import Path

import nbformat
import pytest

from tests.plots.test_every_plot import FUNCTIONS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SHOWN = "application/vnd.holoviews_exec.v0+json"


def read(name: str = "plots.ipynb") -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def calls(cell: nbformat.NotebookNode) -> list[str]:
    """The plots that a cell of code draws."""
    return re.findall(r"\bplots\.(\w+)\(", cell.source) if cell.cell_type == "code" else []


def test_each_plot_has_one_line_in_it() -> None:
    assert sorted(name for cell in read().cells for name in calls(cell)) == FUNCTIONS
    for cell in filter(calls, read().cells):
        assert cell.source.splitlines()[-1].startswith("plots."), cell.source


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_it_holds_no_output(name: str) -> None:
    """Pictures of HoloViews are megabytes, and would be of another day than the code."""
    assert not [cell for cell in read(name).cells if cell.get("outputs") or cell.get("execution_count")]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "dark"),
    [("plots.ipynb", False), ("plots.ipynb", True), ("mapping.ipynb", False)],
    ids=["plots, light", "plots, dark", "mapping"],
)
def test_it_runs_and_shows_every_plot(name: str, dark: bool, tmp_path: Path) -> None:
    from nbclient import NotebookClient

    notebook = read(name)
    (first,) = (cell for cell in notebook.cells if "dark = False" in cell.source and cell.cell_type == "code")
    first.source = first.source.replace("dark = False", f"dark = {dark}")
    NotebookClient(notebook, timeout=280, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell in filter(calls, notebook.cells):
        assert any(SHOWN in output.get("data", {}) for output in cell.outputs), cell.source
