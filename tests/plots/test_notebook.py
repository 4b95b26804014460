"""Notebooks are valid and without output, and use what is public; the one with every plot runs in both looks."""

import ast
import importlib
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from tests.plots.test_every_plot import FUNCTIONS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
SHOWN = "application/vnd.holoviews_exec.v0+json"


def read(name: str = "plots.ipynb") -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def calls(cell: nbformat.NotebookNode) -> list[str]:
    """The plots that a cell of code draws."""
    return re.findall(r"\bplots\.(\w+)\(", cell.source) if cell.cell_type == "code" else []


def code(notebook: nbformat.NotebookNode) -> ast.Module:
    return ast.parse("\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code"))


def test_each_plot_has_one_line_in_it() -> None:
    assert sorted(name for cell in read().cells for name in calls(cell)) == FUNCTIONS
    for cell in filter(calls, read().cells):
        assert cell.source.splitlines()[-1].startswith("plots."), cell.source


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid_and_holds_no_output(name: str) -> None:
    """Pictures of HoloViews are megabytes, and would be of another day than the code."""
    notebook = read(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.jupytext.formats == "ipynb"
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]


@pytest.mark.parametrize("name", NAMES)
def test_it_has_one_title_and_skips_no_level(name: str) -> None:
    text = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(level <= before + 1 for before, level in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_it_imports_public_names_alone(name: str) -> None:
    ours = [
        (node.module, alias.name)
        for node in ast.walk(code(read(name)))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("clara_")
        for alias in node.names
    ]
    assert ours
    for place, wanted in ours:
        module = importlib.import_module(place)
        known = {*module.__all__, "plots"} if place == "clara_engine" else module.__all__
        assert wanted in known, f"{place} has no public {wanted}"


def test_every_question_is_answered_by_what_a_cell_computes() -> None:
    cells = read("questions.ipynb").cells
    asked = [place for place, cell in enumerate(cells) if cell.cell_type == "markdown" and "### " in cell.source]
    assert len(asked) >= 60
    for place in asked:
        (question,) = re.findall(r"^### (.*)$", cells[place].source, flags=re.M)
        assert question.endswith("?")
        answer = cells[place + 1]
        assert answer.cell_type == "code", question
        printed = [
            part
            for call in ast.walk(ast.parse(answer.source))
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "print"
            for part in ast.walk(call)
        ]
        assert any(isinstance(part, ast.FormattedValue) for part in printed), question


@pytest.mark.heavy
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_runs_and_shows_every_plot(dark: bool, tmp_path: Path) -> None:
    from nbclient import NotebookClient

    notebook = read()
    (first,) = (cell for cell in notebook.cells if "dark = False" in cell.source and cell.cell_type == "code")
    first.source = first.source.replace("dark = False", f"dark = {dark}")
    NotebookClient(notebook, timeout=280, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell in filter(calls, notebook.cells):
        assert any(SHOWN in output.get("data", {}) for output in cell.outputs), cell.source
