"""How well a ranking finds what carries a label."""

from __future__ import annotations

from typing import Any

import holoviews as hv

from clara_engine.evaluate import Measures
from clara_engine.evaluate.rates import Rate
from clara_engine.plots.bars import bars

__all__ = ["measured", "performance"]


def measured(measures: Measures) -> dict[str, Rate]:
    """The measures that run from 0 to 1, by their names."""
    return {
        "ROC-AUC": measures.roc_auc,
        "average precision": measures.average_precision,
        **{f"recall in top {share:.0%}": rate for share, rate in measures.recall_top.items()},
        "recall, score > 0": measures.recall,
    }


def performance(measures: Measures, *, dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw each measure with its 95 % interval, and a mark where chance is; lift has another scale and is left out.

    Parameters
    ----------
    measures : Measures
        As `clara_engine.evaluate.measure` gives them.
    """
    rates = measured(measures)
    return bars(
        list(rates),
        [rate.value for rate in rates.values()],
        [rate.chance for rate in rates.values()],
        axis_title="measure (0 to 1), its 95 % interval over stars, and chance",
        hover=[
            f"{name} {rate.value:.3g}\n95 % interval {rate.low:.3g} to {rate.high:.3g}\nchance {rate.chance:.3g}"
            for name, rate in rates.items()
        ],
        interval=([rate.low for rate in rates.values()], [rate.high for rate in rates.values()]),
        dark=dark,
        **({"xlim": (0, 1.02)} | options),
    )
