"""Which light curves of one star are taken together where several were made at a time.

The rule, in this order: the pipeline (`PIPELINES`), then the cadence (2 min before 20 s, long before short cadence of
Kepler, otherwise the shortest), then the newest processing. One that was observed while another that is taken was, or
that is of the same sector where it is not known when, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = ["PIPELINES", "Choice", "one_at_a_time"]

#: In order of preference: calibrated target pixels before full-frame images; products not listed come last.
PIPELINES = (
    "SPOC",
    "Kepler",
    "K2",
    "TESS-SPOC",
    "TGLC",
    "QLP",
    "TASOC",
    "eleanor",
    "eleanor-lite",
    "CDIPS",
    "PATHOS",
    "EVEREST",
    "K2SFF",
    "K2SC",
)
#: Cadences [s] that are taken before all shorter ones.
USUAL_S = (120, 1765)


@dataclass(frozen=True, slots=True)
class Choice:
    """Ids of targets in order of time, and why others of the star are not among them, a line each."""

    ids: tuple[str, ...]
    left_out: tuple[str, ...]


def one_at_a_time(table: pd.DataFrame, first: str = "") -> Choice:
    """Choose among the light curves of one star.

    Parameters
    ----------
    table : DataFrame, indexed by target id
        sector, product, cadence_s; part, begin_btjd and end_btjd where they are known.
    first : str
        A target id that is taken in any case, and whose product and cadence come first.
    """
    columns = {"part": "", "begin_btjd": float("nan"), "end_btjd": float("nan"), "data_release": 0}
    table = table.assign(**{name: value for name, value in columns.items() if name not in table})
    own = table.loc[first] if first in table.index else None
    rows = list(table.itertuples())

    def rank(row: Any) -> tuple[Any, ...]:
        product, cadence = str(row.product), float(row.cadence_s)
        like = own is not None and product == own["product"] and cadence == own["cadence_s"]
        same_pipeline = own is not None and product == own["product"]
        pipeline = PIPELINES.index(product) if product in PIPELINES else len(PIPELINES)
        usual = any(abs(cadence - one) < 0.01 * one for one in USUAL_S)
        release = 0 if pd.isna(row.data_release) else int(row.data_release)
        mine = (row.Index != first, not like, not same_pipeline)
        return (*mine, pipeline, not usual, cadence, -release, bool(row.part), str(row.Index))

    taken: list[Any] = []
    left_out = []
    for row in sorted(rows, key=rank):
        other = next((one for one in taken if _at_once(row, one)), None)
        if other is None:
            taken.append(row)
        else:
            left_out.append(f"{row.Index}, for {other.Index}")
    taken.sort(key=lambda row: (row.sector, row.begin_btjd, str(row.Index)))
    return Choice(tuple(str(row.Index) for row in taken), tuple(left_out))


def _at_once(one: Any, other: Any) -> bool:
    begins, ends = (one.begin_btjd, other.begin_btjd), (one.end_btjd, other.end_btjd)
    if any(pd.isna(value) for value in (*begins, *ends)):
        return bool(one.sector == other.sector)
    return bool(max(begins) <= min(ends))
