"""Which contrast set finds which event."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.cells import cells
from clara_engine.studies.steer import OTHER_GENERATOR

__all__ = ["STEERING_MEASURES", "steering_matrix"]

#: Measure to title and chance level.
STEERING_MEASURES = {
    "auc": ("ROC-AUC", 0.5),
    "matched_auc": ("ROC-AUC against the same star", 0.5),
    "recall_1": ("recall at 1 %", 0.01),
    "recall_5": ("recall at 5 %", 0.05),
}


def steering_matrix(table: pd.DataFrame, measure: str = "auc", *, dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw the matrix: a row a contrast set, a column an event; the cell that the row was made for is framed.

    Parameters
    ----------
    table : DataFrame
        As `clara_engine.studies.steer.SteeringMatrix.kept_table`: contrast, event, and the measure with its interval.
        Events of a generator that no contrast set uses are marked by a star.
    measure : str
        One of `STEERING_MEASURES`. Colours run from chance to 1.
    """
    title, chance = STEERING_MEASURES[measure]
    contrasts, events = list(dict.fromkeys(table["contrast"]))[::-1], list(dict.fromkeys(table["event"]))
    value = table[measure].to_numpy(float)
    hover = [
        f"{row['contrast']} finds {row['event']}: {row[measure]:.3f}\n"
        f"95 % interval over stars {row[f'{measure}_low']:.3f} to {row[f'{measure}_high']:.3f}\nchance {chance:g}"
        for _, row in table.iterrows()
    ]
    shown = pd.DataFrame(
        {
            "column": [events.index(event) for event in table["event"]],
            "row": [contrasts.index(name) for name in table["contrast"]],
            "value": value,
            "text": [f"{one:.3f}" if np.isfinite(one) else "–" for one in value],
            "hover": hover,
        }
    )
    own = pd.Series(
        [
            event.removesuffix(OTHER_GENERATOR) == name
            for event, name in zip(table["event"], table["contrast"], strict=True)
        ],
        dtype=bool,
    )
    return cells(
        shown,
        x=("event", {float(at): event.replace(OTHER_GENERATOR, " *") for at, event in enumerate(events)}),
        y=("contrast set", {float(at): name for at, name in enumerate(contrasts)}),
        ends=(chance, 1.0),
        value=hv.Dimension("value", label=title),
        ringed=own,
        dark=dark,
        **({"xrotation": 35} | options),
    )
