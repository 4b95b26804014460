"""Tests for the words of the page."""

import re
from pathlib import Path

import pytest

from clara_app.glossary import GLOSSARY, hint, meaning

DOCUMENTED = dict(
    re.findall(r"^\| ([^|]+?) \| (.+?) \|$", Path(__file__).parents[2].joinpath("docs/glossary.md").read_text(), re.M)
)


@pytest.mark.parametrize("group", GLOSSARY)
def test_the_documentation_says_the_same(group: str) -> None:
    assert {word: DOCUMENTED.get(word) for word in GLOSSARY[group]} == GLOSSARY[group]


def test_a_word_that_nobody_has_explained_is_a_fault() -> None:
    assert meaning("lift") == "how many times more often events are flagged than all stars are"
    assert hint("curves") == "Number of synthetic light curves in a contrast set."
    with pytest.raises(KeyError):
        meaning("no such word")


def test_a_meaning_is_one_sentence() -> None:
    for words in GLOSSARY.values():
        for said in words.values():
            assert not re.search(r"\.\s", said.removesuffix(".")), said
