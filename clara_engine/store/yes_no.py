"""Which labels say no: a 0 beside a 1 means that a star is not in the table's class, a 0 beside a 5 is a class."""

from __future__ import annotations

import pandas as pd

__all__ = ["NO", "YES", "says_no"]

NO = frozenset({"0", "false", "f", "no", "n"})
YES = frozenset({"1", "true", "t", "yes", "y"})


def says_no(labels: pd.DataFrame) -> pd.Series:
    """Which labels say that a star is not what their family asks.

    They do where all that a source says of the family is yes or no, in whatever words; ``no`` does everywhere.

    Parameters
    ----------
    labels : DataFrame
        Columns family, value, source.

    Returns
    -------
    Series of bool
    """
    words = labels["value"].str.lower()
    asked = words.isin(NO | YES).groupby([labels["family"], labels["source"]]).transform("all").astype(bool)
    return (asked & words.isin(NO)) | (words == "no")
