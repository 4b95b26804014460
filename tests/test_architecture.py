"""The direction of the arrows between packages, and what the engine must never import."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "clara_engine"

# A module may import modules of its own level or of a lower one.
LEVELS = {
    "errors": 0, "locks": 0, "progress": 0, "files": 0, "text": 0, "groups": 1, "lightcurve": 1, "readers": 2,
    "features": 3, "synthetic": 3, "forest": 3, "maps": 3, "clusters": 3, "periods": 3, "archives": 3,
    "similarity": 3, "simulate": 4,
    "evaluate": 5, "jobs": 5, "workspace": 5,
    "cli": 6, "__main__": 7,
}  # fmt: skip
PAGE = {"panel", "holoviews", "bokeh", "datashader", "app", "param"}
FILES = sorted(ENGINE.rglob("*.py"))


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide the direction"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ENGINE)))
def test_engine_never_imports_the_page(file: Path) -> None:
    roots = {name.split(".")[0] for name in imports(file)}
    assert not roots & PAGE


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ENGINE)))
def test_arrows_point_down(file: Path) -> None:
    place = file.relative_to(ENGINE).with_suffix("").parts[0]
    if place == "__init__":
        return
    for name in imports(file):
        parts = name.split(".")
        if parts[0] == "clara_engine" and len(parts) > 1 and parts[1] in LEVELS:
            assert LEVELS[parts[1]] <= LEVELS[place], f"{place} must not import {parts[1]}"


def test_every_package_has_a_level() -> None:
    places = {file.relative_to(ENGINE).with_suffix("").parts[0] for file in FILES} - {"__init__", "__main__"}
    assert places <= set(LEVELS)
