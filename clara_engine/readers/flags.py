"""Columns of flags: bit flags in decimal or binary digits, and letters; what is neither is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.table_cells import words
from clara_engine.text import agreeing, counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["flags"]

GOOD = frozenset({"g", "good", "ok"})
WHOLE = re.compile(r"\+?(\d{1,40})(\.0*)?")
HEXADECIMAL = re.compile(r"0x[0-9a-f]{1,8}", re.IGNORECASE)
LARGEST = 2**31
#: Decimal numbers of two digits are common flags; longer ones of 0 and 1 alone are not.
DECIMAL_DIGITS = 2


def flags(column: pd.Series, name: str) -> tuple[NDArray[np.int32], list[str]]:
    """Flags of a column, 0 where all is well, and what a person should know of how they were read.

    - Whole numbers are bit flags, in hexadecimal digits where they begin with 0x.
    - Where every value of a text is made of the digits 0 and 1 and some have more than two, they are in binary digits:
      so lightkurve writes them (`LightCurve.to_csv`).
    - Letters are understood where G, good or OK stands for good; every other letter becomes flag 1.

    Parameters
    ----------
    column : Series
        Cells as the file types them, or as text.
    name : str
        What the file calls the column; for the reason.

    Returns
    -------
    flags, notes
        An int32 for each row; a line for each thing that was assumed.

    Raises
    ------
    UnreadableLightCurve
        Anything else.
    """
    cells = words(column)
    kinds = sorted(set(cells) - {""})
    notes = (
        [f"{counted(missing, 'cell')} of {name} {agreeing(missing, 'are')} empty: taken as good"]
        if (missing := cells.count("")) and kinds
        else []
    )
    whole = {kind: found[1] for kind in kinds if (found := WHOLE.fullmatch(kind))}
    hexadecimal = {kind: str(int(kind, 16)) for kind in kinds if HEXADECIMAL.fullmatch(kind)}
    whole |= hexadecimal
    letters = [kind for kind in kinds if kind not in whole]
    if letters:
        good = [kind for kind in letters if kind.lower() in GOOD]
        shown = ", ".join(letters[:4])
        if not good or not all(re.fullmatch(r"[A-Za-z]+", kind) for kind in letters) or set(whole) - {"0"}:
            raise UnreadableLightCurve(
                f"{name} holds {shown:.60}: write flags as whole numbers, 0 where all is well, or G for good"
            )
        known = {kind: int(kind.lower() not in GOOD and kind != "0") for kind in kinds}
        notes.append(f"{name} in letters: {', '.join(good)} is good, all else is flagged")
    elif (
        column.dtype == object
        and not hexadecimal
        and all(set(digits) <= {"0", "1"} for digits in whole.values())
        and any(len(digits.lstrip("0")) > DECIMAL_DIGITS for digits in whole.values())
    ):
        known = {kind: int(digits, 2) for kind, digits in whole.items()}
        longest = max(whole.values(), key=lambda digits: len(digits.lstrip("0")))
        notes.append(f"{name} in binary digits: {longest} is {int(longest, 2)}")
    else:
        known = {kind: int(digits) for kind, digits in whole.items()}
        if set(known.values()) <= {0, 1, 10, 11} and known.keys() & {"10", "11"}:
            notes.append(f"{name} in decimal digits: 10 is ten")
    if known and max(known.values()) >= LARGEST:
        raise UnreadableLightCurve(f"{name} holds {max(known, key=lambda kind: known[kind])}: flags have 31 bits")
    known[""] = 0
    return np.array([known[cell] for cell in cells], dtype=np.int32), notes
