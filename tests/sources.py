"""The source files that tests of the whole project read, each parsed once by the test process that asks."""

import ast
from functools import cache
from pathlib import Path

HOME = Path(__file__).parents[1]


@cache
def tree_of(file: Path) -> ast.Module:
    """The syntax tree of a source file."""
    return ast.parse(file.read_text("utf-8"))


def modules_of(*folders: str) -> list[Path]:
    """Every Python file below some folders of the project."""
    return sorted(file for folder in folders for file in (HOME / folder).rglob("*.py"))
