"""The examples in the docstrings of the engine give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [file for file in sorted((ROOT / "clara_engine").rglob("*.py")) if ">>> " in file.read_text()]
LEAST = 40


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_examples_give_what_they_say(file: Path) -> None:
    found = doctest.testmod(importlib.import_module(module_of(file)), optionflags=doctest.ELLIPSIS)
    assert found.attempted > 0
    assert found.failed == 0


def test_there_are_many_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for file in FILES for test in finder.find(importlib.import_module(module_of(file))) if test.examples]
    assert len(found) >= LEAST
