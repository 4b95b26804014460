"""The words of the page and what they mean; see `glossary.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

__all__ = ["GLOSSARY", "hint", "meaning"]

#: Group to words to meanings.
GLOSSARY: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_MEANINGS = {word: sentence for words in GLOSSARY.values() for word, sentence in words.items()}


def meaning(word: str) -> str:
    """What a word means, in one sentence.

    Parameters
    ----------
    word : str
        As `glossary.toml` has it.

    Raises
    ------
    KeyError
        When the glossary does not have it.
    """
    return _MEANINGS[word]


def hint(word: str) -> str:
    """The same as a sentence of its own, for the hint of a field."""
    said = meaning(word)
    return f"{said[0].upper()}{said[1:]}."
