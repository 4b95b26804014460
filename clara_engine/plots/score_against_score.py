"""Score against score: every star of two runs in one plot."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.plots.points import Shade, View, extent, marks, ring
from clara_engine.plots.theme import framed, palette

__all__ = ["score_against_score"]

ROOM = 0.03
DIMS = [
    hv.Dimension("score_second", label="anomaly score in B (0 to 1)"),
    hv.Dimension("score_first", label="anomaly score in A (0 to 1)"),
]


def score_against_score(
    table: pd.DataFrame,
    labelled: NDArray[np.bool_] | None = None,
    *,
    target: str = "",
    view: View | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw a dot a star: score in run B across, score in run A up; above the line, A finds it stranger.

    Parameters
    ----------
    table : DataFrame, by target id
        As `clara_engine.studies.compare.moves`: columns score_first and score_second.
    labelled : ndarray of bool, optional
        Which of them stand out.
    target : str
        Target id with a ring around it.
    view : View, optional
        What is in view, for a picture of very many stars.
    """
    colours = palette(dark)
    x = table["score_second"].to_numpy(np.float32)
    y = table["score_first"].to_numpy(np.float32)
    ids = table.index.to_numpy(object)
    known = np.zeros(ids.size, bool) if labelled is None else np.asarray(labelled, bool)
    shade = Shade("", np.zeros(ids.size, np.float32), -0.5, 0.5, ("star",))
    crowd, many, plain, marked = marks(x, y, shade, DIMS, colours, ids=ids, picked=known, view=view, size=4)
    here = np.flatnonzero(ids == target)
    ends = (-1.0, 2.0)
    return framed(
        [
            crowd.opts(cmap=[colours.points], alpha=0.6),
            many.opts(cmap=[colours.accent]),
            hv.Curve((ends, ends), *DIMS, group="Equal").opts(
                color=colours.quiet, line_dash="dashed", line_width=1, alpha=0.5
            ),
            plain.opts(color=colours.points, fill_alpha=0.45),
            marked.opts(color=colours.accent, size=6, fill_alpha=0.95),
            ring(x[here], y[here], DIMS, colours, 14),
        ],
        dark,
        options,
        xlim=extent(x, ROOM) if ids.size else (0.0, 1.0),
        ylim=extent(y, ROOM) if ids.size else (0.0, 1.0),
    )
