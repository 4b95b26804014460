"""What carries over to another sector: designs trained on each and measured on each."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.cells import cells
from clara_engine.text import counted

__all__ = ["SECTOR_MEASURES", "sector_matrix"]

#: Measure to title, and the values of the first and the last colour.
SECTOR_MEASURES = {
    "auc": ("ROC-AUC, chance .5", (0.5, 1.0)),
    "recall": ("recall in the top 5 %, chance .05", (0.0, 1.0)),
    "agreement": ("Spearman’s ρ with the run of that sector", (0.0, 1.0)),
}


def sector_matrix(table: pd.DataFrame, measure: str = "auc", *, dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw the matrix: a row a design and the sector that trained it, a column a sector it is measured on.

    Cells of a run measured on its own sector are framed.

    Parameters
    ----------
    table : DataFrame
        As `clara_engine.studies.sector_matrix.sector_matrix`.
    measure : str
        One of `SECTOR_MEASURES`.
    """
    title, ends = SECTOR_MEASURES[measure]
    rows = [f"{design}, sector {trained}" for design, trained in zip(table["design"], table["trained"], strict=True)]
    names, sectors = list(dict.fromkeys(rows))[::-1], sorted(set(table["measured"]))
    value = table[measure].to_numpy(float)
    shown = pd.DataFrame(
        {
            "column": [sectors.index(sector) for sector in table["measured"]],
            "row": [names.index(name) for name in rows],
            "value": value,
            "text": [f"{one:.3f}" if np.isfinite(one) else "–" for one in value],
            "hover": [_hover(row, measure) for _, row in table.iterrows()],
        }
    )
    return cells(
        shown,
        x=("measured on", {float(at): f"sector {sector}" for at, sector in enumerate(sectors)}),
        y=("design, and where it was trained", {float(at): name for at, name in enumerate(names)}),
        ends=ends,
        value=hv.Dimension("value", label=title),
        ringed=table["trained"] == table["measured"],
        dark=dark,
        **options,
    )


def _hover(row: pd.Series, measure: str) -> str:
    stars = counted(row["stars"], "star")
    words = f"{row['design']} trained on sector {row['trained']}, on {stars} of sector {row['measured']}"
    words += f"\n{row[measure]:.3f}, 95 % interval {row[f'{measure}_low']:.3f} to {row[f'{measure}_high']:.3f}"
    if measure == "agreement" or row["trained"] == row["measured"]:
        return words
    change, low, high = (row[f"{measure}_change{end}"] for end in ("", "_low", "_high"))
    return (
        f"{words}\nagainst the run of that sector {change:+.3f} ({low:+.3f} to {high:+.3f}), {row['labelled']} labelled"
    )
