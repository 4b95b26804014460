"""The features of light curves as a forest sees them: flux and power, and whatever else a feature set has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import holoviews as hv
import numpy as np
from numpy.typing import ArrayLike

from clara_engine.features import Block, feature_set
from clara_engine.plots.theme import CATEGORIES, framed, palette

__all__ = ["feature_block", "flux_power_vector"]


def flux_power_vector(
    row: ArrayLike, *others: ArrayLike, feature_set_id: str = "flux_power", dark: bool = False, **options: Any
) -> hv.Layout:
    """Draw a row of features, a plot a block; further rows in other colours over it.

    Parameters
    ----------
    row, others : array_like, shape (features,)
        As `clara_engine.features.flux_power` gives them.
    feature_set_id : str
        Which features they are.
    """
    rows = {f"row {place + 1}" if others else "": np.asarray(one) for place, one in enumerate((row, *others))}
    blocks = [block for block in feature_set(feature_set_id).blocks if not block.labels]
    return hv.Layout([feature_block(block, rows, dark=dark, **options) for block in blocks]).cols(1)


def feature_block(block: Block, rows: Mapping[str, np.ndarray], *, dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw one block of the features of each of some rows, named, along its axis."""
    colours = palette(dark)
    across = hv.Dimension("place", label=block.axis_name, unit=block.axis_unit or None)
    up = hv.Dimension("value", label=block.quantity, unit=block.unit or None)
    order = np.argsort(block.axis)
    shades = (colours.accent, colours.warn, *CATEGORIES[2:])
    axis_unit, unit = (f" ({one})" if one else "" for one in (block.axis_unit, block.unit))
    return framed(
        [
            hv.Curve((block.axis[order], row[block.slice][order].astype(np.float32)), across, up, label=name).opts(
                color=shades[place % len(shades)], line_width=1
            )
            for place, (name, row) in enumerate(rows.items())
        ],
        dark,
        options,
        tools=("xpan", "xwheel_zoom", "box_zoom", "reset"),
        show_legend=len(rows) > 1,
        logx=block.axis_log,
        xlabel=f"{block.axis_name}{axis_unit}",
        ylabel=f"{block.quantity}{unit}",
        xlim=(float(block.axis.min()), float(block.axis.max())),
    )
