"""Which features a forest lives on, beside what shuffled labels give."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import pandas as pd

from clara_engine.plots.bars import bars

__all__ = ["importances"]


def importances(table: pd.DataFrame, *, most: int = 40, dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw the strongest features, most important on top, with a mark where chance ends.

    Parameters
    ----------
    table : DataFrame
        Columns feature, importance and chance, most important first: ``Workspace.importances``.
    most : int
        How many are shown.
    """
    shown = table.head(most)
    hover = [f"{row.feature}\nimportance {row.importance:.5f}\nchance {row.chance:.5f}" for row in shown.itertuples()]
    return bars(
        [str(name) for name in shown["feature"]],
        shown["importance"],
        shown["chance"],
        axis_title="importance: mean decrease of Gini impurity, all features together 1",
        hover=hover,
        quiet=(shown["importance"] <= shown["chance"]).to_numpy(bool),
        dark=dark,
        **options,
    )
