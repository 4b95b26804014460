"""Columns of flags in FITS tables, as bit flags."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clara_engine.readers.fits_file import Table

__all__ = ["flags_of"]

#: Where a second column of flags begins in the bits of the first, and the bit that stands for all beyond it.
SECOND, LAST = 16, 30


def flags_of(table: Table, names: Sequence[str], good: Sequence[str] = ()) -> NDArray[np.int32] | None:
    """Bit flags of every row, 0 where all is well; what is null has none. None where there is no column.

    Parameters
    ----------
    table : Table
    names : sequence of str
        One column, or two: the second one's bits come above those of the first.
    good : sequence of str
        Where flags are letters: those of good samples.
    """
    if not names:
        return None
    name, *more = names
    if good and table.columns[name].kind == "A":
        return np.array([cell not in good for cell in table.text(name)], dtype=np.int32)
    flags = _bits(table.column(name))
    for second in more:
        flags = flags | _bits(table.column(second)) << SECOND
    if (beyond := flags >> LAST != 0).any():
        flags = np.where(beyond, flags & (1 << LAST) - 1 | 1 << LAST, flags)
    return flags.astype(np.int32)


def _bits(column: NDArray[np.generic]) -> NDArray[np.int64]:
    whole = np.nan_to_num(column.astype(np.float64), posinf=0, neginf=0) if column.dtype.kind == "f" else column
    return whole.astype(np.int64, copy=False)
