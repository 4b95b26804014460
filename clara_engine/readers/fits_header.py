"""Headers of FITS files: keywords whose values are understood when somebody asks for them.

A header has some two hundred cards, of which a light curve needs thirty; and those of one product are mostly alike.
Format: FITS Standard 4.0, section 4 (https://fits.gsfc.nasa.gov/fits_standard.html).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

__all__ = ["Header", "Value", "number", "word"]

Value = str | float | bool

CARD_BYTES, KEY_BYTES = 80, 8
CARD = re.compile(r"[A-Z0-9_-]{1,8} *= *(?:'((?:[^']|'')*)'|([TF])(?=[ /]|$)|([-+.0-9EDed]+)(?=[ /]|$))")
#: Keywords that tell where the data lie, and what the numbers of columns mean.
STRUCTURE = re.compile(r"XTENSION|BITPIX|NAXIS\d*|PCOUNT|TFIELDS|EXTNAME|T(TYPE|FORM|UNIT|NULL|SCAL|ZERO)\d+", re.ASCII)
#: So many different cards are remembered: those that all files of some products share.
CARDS_KEPT = 4096
#: Files of one product have the same keywords in the same order; so many orders are remembered.
HEADERS_KEPT = 256


class Header(Mapping[str, Value]):
    """The keywords of a header that have a value; of repeated ones the first, of damaged ones none.

    Parameters
    ----------
    cards : bytes
        ASCII, 80 a card, without the END card.

    Attributes
    ----------
    structure : str
        The cards that tell where the data lie (`clara_engine.readers.fits_structure`).

    Raises
    ------
    UnicodeDecodeError
        Other bytes than ASCII.
    """

    __slots__ = ("_cards", "_places", "structure")

    def __init__(self, cards: bytes = b"") -> None:
        self._cards = cards.decode("ascii")
        whole = cards[: len(cards) // CARD_BYTES * CARD_BYTES]
        self._places, pieces = _places_of(np.frombuffer(whole, f"S{KEY_BYTES}")[:: CARD_BYTES // KEY_BYTES].tobytes())
        self.structure = "".join([self._cards[piece] for piece in pieces])

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        """The value of a keyword, or `default`.

        Parameters
        ----------
        key : str
            Keyword, at most eight characters.
        default : object, optional
            Returned where the keyword is missing.
        """
        first = self._places.get(key)
        if first is None:
            return default
        value = _value(self._cards[first : first + CARD_BYTES])
        return value if value is not None else self._of_others(key, first, default)

    def _of_others(self, key: str, first: int, default: object) -> object:
        """What a later card says, where the first says nothing."""
        for place in range(first + CARD_BYTES, len(self._cards), CARD_BYTES):
            if self._cards.startswith(key, place):
                card = self._cards[place : place + CARD_BYTES]
                value = _value(card)
                if value is not None and card[: len(key) + 1].rstrip(" =") == key:
                    return value
        return default

    def __getitem__(self, key: str) -> Value:
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value  # type: ignore[return-value]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._places if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def word(header: Mapping[str, object], key: str, default: str = "") -> str:
    """The text under `key`; `default` where it is missing, empty or no text.

    Parameters
    ----------
    header : mapping of str to object
    key : str
        Keyword.
    default : str
        Returned where there is no text.

    Examples
    --------
    >>> word({"OBJECT": "TIC 7", "SECTOR": 1.0}, "OBJECT")
    'TIC 7'
    """
    value = header.get(key)
    return value if isinstance(value, str) else default


def number(header: Mapping[str, object], key: str, default: float = math.nan) -> float:
    """The finite number under `key`; `default` where it is missing, empty or no number.

    Parameters
    ----------
    header : mapping of str to object
    key : str
        Keyword.
    default : float
        Returned where there is no finite number.

    Examples
    --------
    >>> number({"SECTOR": 1.0}, "SECTOR")
    1.0
    >>> number({"SECTOR": "one"}, "SECTOR", 0.0)
    0.0
    """
    value = header.get(key)
    return value if isinstance(value, float) and math.isfinite(value) else default


@lru_cache(HEADERS_KEPT)
def _places_of(keys: bytes) -> tuple[Mapping[str, int], list[slice]]:
    """Where the first card of each keyword begins, and where those of `STRUCTURE` lie, from all keywords in a row."""
    text = keys.decode("ascii")
    places: dict[str, int] = {}
    pieces: list[slice] = []
    for card, start in enumerate(range(0, len(text), KEY_BYTES)):
        key = text[start : start + KEY_BYTES].partition("=")[0].rstrip(" ")  # some are not filled up with blanks
        here = card * CARD_BYTES
        places.setdefault(key, here)
        if STRUCTURE.fullmatch(key):
            begun = pieces.pop().start if pieces and pieces[-1].stop == here else here
            pieces.append(slice(begun, here + CARD_BYTES))
    # What is left over at the end is no whole card, and belongs to all of them.
    return places, [*pieces, slice(len(text) // KEY_BYTES * CARD_BYTES, None)]


@lru_cache(CARDS_KEPT)
def _value(card: str) -> Value | None:
    """The value of a card; None where it has none, or is damaged."""
    found = CARD.match(card)
    if found is None:
        return None
    text, truth, digits = found.groups()
    if text is not None:
        return text.replace("''", "'").strip()
    if truth:
        return truth == "T"
    try:
        return float(digits.replace("D", "E"))
    except ValueError:
        return None
