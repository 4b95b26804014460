"""Public functions of the engine say what they take: a numpydoc section names every argument.

No linter counts arguments, and ruff's D417 wants a sentence even where the type says all; so this is held here.
Commands are left out, whose arguments `--help` explains, and methods that a base class documents.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.sources import HOME, modules_of, tree_of


def trees() -> dict[Path, ast.Module]:
    """Every module of the engine."""
    return {file: tree_of(file) for file in modules_of("clara_engine")}


@cache
def classes() -> dict[str, ast.ClassDef]:
    nodes = (node for tree in trees().values() for node in ast.walk(tree))
    return {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}


class Public(NamedTuple):
    """A function that others may call."""

    place: str
    arguments: list[str]
    text: str


def bases(node: ast.ClassDef) -> Iterator[ast.ClassDef]:
    for base in node.bases:
        found = classes().get(ast.unparse(base).split("[")[0].split(".")[-1])
        if found is not None and found is not node:
            yield found
            yield from bases(found)


def inherits(name: str, owner: ast.ClassDef | None) -> bool:
    """Whether a base class has a method of that name, and so its documentation."""
    above = bases(owner) if owner else iter(())
    return any(isinstance(part, ast.FunctionDef) and part.name == name for base in above for part in base.body)


def arguments(node: ast.FunctionDef, owner: ast.ClassDef | None) -> list[str]:
    given = node.args
    names = [each.arg for each in (*given.posonlyargs, *given.args)]
    if owner and "staticmethod" not in map(ast.unparse, node.decorator_list):
        names = names[1:]
    extra = [given.vararg, *given.kwonlyargs, given.kwarg]
    return names + [each.arg for each in extra if each]


def public_functions(file: Path, tree: ast.Module) -> Iterator[Public]:
    exported = next(
        (
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        ),
        None,
    )

    def inside(node: ast.Module | ast.ClassDef, owner: ast.ClassDef | None) -> Iterator[Public]:
        for child in node.body:
            name = getattr(child, "name", "_")
            if name.startswith("_") or (node is tree and exported is not None and name not in exported):
                continue
            if isinstance(child, ast.ClassDef):
                yield from inside(child, child)
            elif isinstance(child, ast.FunctionDef) and not inherits(name, owner):
                place = f"{file.relative_to(HOME)}: {owner.name + '.' if owner else ''}{name}"
                yield Public(place, arguments(child, owner), ast.get_docstring(child) or "")

    yield from inside(tree, None)


#: Commands, and plots: these share their last arguments, which the package documents once.
ELSEWHERE = {"cli", "plots"}


@pytest.fixture(scope="module")
def functions() -> list[Public]:
    looked_at = {file: tree for file, tree in trees().items() if not ELSEWHERE & set(file.parts)}
    return [function for file, tree in looked_at.items() for function in public_functions(file, tree)]


def documented(text: str) -> list[str]:
    """Names in the section Parameters: lines of it that are not indented, each with a type behind " : "."""
    _, _, section = text.partition("Parameters\n----------\n")
    lines = re.split(r"\n\n?\w[\w ]*\n---+\n", section)[0].splitlines()
    named = [line.split(" :")[0] for line in lines if line and not line.startswith(" ")]
    return [name.strip().lstrip("*") for names in named for name in names.split(",")]


def test_public_functions_name_every_argument_and_no_other(functions: list[Public]) -> None:
    wrong = {}
    for place, names, text in functions:
        said = documented(text)
        if (len(names) >= 2 or said) and sorted(said) != sorted(names):
            wrong[place] = {"takes": names, "documents": said}
    assert wrong == {}


def test_there_are_many_public_functions(functions: list[Public]) -> None:
    assert sum(len(function.arguments) >= 2 for function in functions) > 400
