"""Why a forest finds a star strange: its features, over bands in the colour of what they added to the score."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
from numpy.typing import NDArray

from clara_engine.features import Block
from clara_engine.plots.theme import diverging, framed, palette
from clara_engine.studies.reasons import Reason

__all__ = ["bands", "strange_block", "strongest_band", "why_strange"]

BANDS = 90

Float = NDArray[np.floating[Any]]


def bands(block: Block, contributions: Float, count: int = BANDS) -> tuple[Float, Float]:
    """Contributions summed in bands of the axis.

    Returns
    -------
    edges : ndarray, shape (count + 1,)
        From the lowest to the highest place on the axis, evenly spread as the axis is drawn.
    sums : ndarray, shape (count,)
    """
    place = np.log10(block.axis) if block.axis_log else block.axis
    sums, edges = np.histogram(place, count, weights=contributions)
    return 10**edges if block.axis_log else edges, sums


def strongest_band(reason: Reason) -> float:
    """The largest sum of a band, either way, of all blocks that are drawn."""
    sums = [bands(block, reason.contributions[block.slice])[1] for block in drawn_blocks(reason)]
    return max((float(np.abs(added).max()) for added in sums), default=0.0) or 1.0


def drawn_blocks(reason: Reason) -> list[Block]:
    """Blocks that are series along an axis; others are no plot."""
    return [block for block in reason.features.blocks if not block.labels]


def why_strange(reason: Reason, *, dark: bool = False, **options: Any) -> hv.Layout:
    """Draw every block of features of a star, with one scale of colours.

    Parameters
    ----------
    reason : Reason
        As `clara_engine.studies.reasons.explain_star` gives it.
    """
    most = strongest_band(reason)
    parts = [
        strange_block(block, reason.values[block.slice], reason.contributions[block.slice], most, dark=dark, **options)
        for block in drawn_blocks(reason)
    ]
    return hv.Layout(parts).cols(1)


def strange_block(
    block: Block, values: Float, contributions: Float, most: float, *, dark: bool = False, **options: Any
) -> hv.Overlay:
    """Draw one block of features along its axis.

    Parameters
    ----------
    values, contributions : ndarray, shape (block.axis.size,)
        Features, and what each added to the score.
    most : float
        What the strongest colour means.
    """
    colours = palette(dark)
    edges, sums = bands(block, contributions)
    low, high = float(values.min()), float(values.max())
    room = 0.05 * (high - low) or 1.0
    ends = (low - room, high + room)
    unit = f" ({block.unit})" if block.unit else ""
    across = hv.Dimension("place", label=block.axis_name, unit=block.axis_unit or None)
    up = hv.Dimension("value", label=block.quantity.replace("Lomb–Scargle ", ""), unit=block.unit or None)
    order = np.argsort(block.axis)
    below, above = (np.full(sums.size, end) for end in ends)
    shades = hv.Rectangles(
        (edges[:-1], below, edges[1:], above, sums),
        [across, up, hv.Dimension("place1"), hv.Dimension("value1")],
        hv.Dimension("added", label="added to the score"),
    ).opts(color="added", cmap=diverging(colours), clim=(-most, most), line_color=None)
    axis_unit = f" ({block.axis_unit})" if block.axis_unit else ""
    return framed(
        [
            shades,
            hv.Curve((block.axis[order], values[order].astype(np.float32)), across, up).opts(
                color=colours.text, line_width=1
            ),
        ],
        dark,
        options,
        tools=("xpan", "xwheel_zoom", "box_zoom", "reset"),
        logx=block.axis_log,
        xlabel=f"{block.axis_name}{axis_unit}",
        ylabel=f"{up.label}{unit}",
        xlim=(float(block.axis.min()), float(block.axis.max())),
        ylim=ends,
    )
