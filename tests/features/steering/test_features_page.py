"""The page on the features names every feature of the code, and no other."""

import re
from itertools import product
from pathlib import Path

from clara_engine.features.steering import STEERING

PAGE = Path(__file__).parents[3] / "docs" / "features.md"


def expanded(pattern: str) -> list[str]:
    """Every name that a pattern with ``{a; b}`` stands for."""
    parts = re.split(r"\{(.*?)\}", pattern)
    choices = [re.split(r"; ?", part) if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]


def test_every_feature_is_on_the_page_once_with_meaning_and_unit():
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert all(len(row) == 3 and all(row) for row in rows)
    named = [name for row in rows for name in expanded(row[0].strip("`"))]
    assert sorted(named) == sorted(STEERING.labels)
