"""How well labelled stars are recognised by those that carry the other labels."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.cells import cells
from clara_engine.similarity import HeldOut

__all__ = ["similarity_classes"]


def similarity_classes(held_out: HeldOut | pd.DataFrame, *, dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw a confusion matrix: what labelled stars are (up) and what they were named (across), each as if unknown.

    Parameters
    ----------
    held_out : HeldOut or DataFrame
        ``LabelMatcher.held_out``, or its ``confusion``: stars of each true class (rows) by named class (columns).
        Colours are shares of the true class.
    """
    table = held_out.confusion if isinstance(held_out, HeldOut) else held_out
    true, named = [str(name) for name in table.index][::-1], [str(name) for name in table.columns]
    count = table.to_numpy(float)[::-1]
    share = count / np.maximum(count.sum(axis=1, keepdims=True), 1)
    row, column = (place.ravel() for place in np.indices(count.shape))
    shown = pd.DataFrame(
        {
            "column": column,
            "row": row,
            "value": share.ravel(),
            "text": [f"{one:,.0f}" for one in count.ravel()],
            "hover": [
                f"{count[r, c]:,.0f} {true[r]} named {named[c]}\n{share[r, c]:.0%} of the {true[r]}"
                for r, c in zip(row, column, strict=True)
            ],
        }
    )
    return cells(
        shown,
        x=("is named", {float(at): name for at, name in enumerate(named)}),
        y=("is", {float(at): name for at, name in enumerate(true)}),
        ends=(0.0, 1.0),
        value=hv.Dimension("value", label="share of the true class (0 to 1)"),
        ringed=pd.Series([true[r] == named[c] for r, c in zip(row, column, strict=True)], dtype=bool),
        dark=dark,
        **options,
    )
