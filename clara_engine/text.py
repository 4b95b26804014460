"""Names and notes as safe text, without control characters and marks of direction; numbers with their nouns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from clara_engine.errors import WorkspaceError

__all__ = ["NAME", "NOTE", "agreeing", "counted", "file_stem", "first_names", "typed", "visible"]

#: Letters that a name and a note may have.
NAME, NOTE = 200, 5000
#: Verbs that do not only take an s.
OF_ONE = {"are": "is", "were": "was", "have": "has"}
#: Controls, halves of characters (file names that are no UTF-8), and breaks of lines and paragraphs.
HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: What turns the direction of the letters around it.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    r"""The text in one line, with control characters written as ``\n``, ``\x1b``, ``\u202e`` …"""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(letter) if _is_hidden(letter) else letter for letter in text)


def typed(text: str, what: str, *, lines: bool = False, longest: int = 0) -> str:
    """A name or note as a person typed it, with its ends trimmed; with `lines` it may have several.

    Parameters
    ----------
    text : str
    what : str
        What it is; for the reason.
    lines : bool
        Whether it may have several lines.
    longest : int
        Letters that it may have; by default `NAME` of them, and `NOTE` where it may have several lines.

    Raises
    ------
    WorkspaceError
        When it holds a control character, or is too long.

    Examples
    --------
    >>> typed("  planet candidate ", "a label")
    'planet candidate'
    """
    text = text.strip()
    most = longest or (NOTE if lines else NAME)
    if len(text) > most:
        raise WorkspaceError(f"{what} has {len(text):,} letters, and may have {most:,}: {visible(text[:40])} …")
    for letter in text:
        if _is_hidden(letter) and not (lines and letter in "\n\r\t"):
            raise WorkspaceError(f"{what} can't hold the control character {_escaped(letter)}: {visible(text)[:80]}")
    return text


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    Parameters
    ----------
    number : int
    noun : str
        Of one, with a regular plural.

    Examples
    --------
    >>> counted(1, "star"), counted(1200, "light curve")
    ('1 star', '1,200 light curves')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def agreeing(number: int, verb: str) -> str:
    """The verb that follows a number with its noun.

    Parameters
    ----------
    number : int
    verb : str
        As it follows many.

    Examples
    --------
    >>> agreeing(1, "are"), agreeing(2, "are"), agreeing(1, "carry"), agreeing(1, "lie")
    ('is', 'are', 'carries', 'lies')
    """
    if number == 1:
        return OF_ONE.get(verb) or (f"{verb[:-1]}ies" if verb.endswith("y") else f"{verb}s")
    return verb


def first_names(names: Iterable[str]) -> str:
    """Names in a message: as many as 200 letters hold, without control characters.

    >>> first_names(["time", "flux"]), first_names([])
    ('time, flux', 'none')
    """
    return visible(", ".join(names)[:200]) or "none"


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in HIDDEN or letter in TURNING


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def file_stem(name: str) -> str:
    """A name as that of a file, anywhere: what is no letter, digit, dot, dash or underscore becomes a dash.

    >>> file_stem("planets, steered/1")
    'planets--steered-1'
    """
    return re.sub("[^-_.a-zA-Z0-9]", "-", name).lstrip(".") or "unnamed"
