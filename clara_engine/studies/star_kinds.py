"""What kind of star each is, as far as anybody has said: one place for tables that show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from clara_engine.store.runs import Run

__all__ = ["star_kinds"]


def star_kinds(run: Run | None, target_ids: Sequence[str]) -> pd.DataFrame:
    """The likeliest kind of each target, and how sure that is.

    Parameters
    ----------
    run : Run, optional
        One that was classified (`clara_engine.studies.kinds`): its forest says the kind.
    target_ids : sequence of str

    Returns
    -------
    DataFrame, indexed by target_id
        kind (text, empty where nobody has said), kind_probability (0 to 1).
    """
    empty = pd.DataFrame({"kind": "", "kind_probability": float("nan")}, index=pd.Index(target_ids, name="target_id"))
    scores = run.scores() if run is not None else pd.DataFrame()
    if "kind" not in scores:
        return empty
    found = scores.set_index("target_id")[["kind", "kind_probability"]].reindex(empty.index)
    return found.assign(kind=found["kind"].fillna("").astype(str))
