"""Many stars as one picture: every star is in it, the strangest of a pixel on top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["raster", "warm_up"]

LARGEST = 1600


def raster(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    values: NDArray[np.float32],
    *,
    colours: Sequence[str],
    low: float,
    high: float,
    categories: int,
    muted: str,
    alpha: float,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    width: int,
    height: int,
) -> NDArray[np.uint32]:
    """Draw points.

    Parameters
    ----------
    values : ndarray of float32
        A number that `low` … `high` spreads over `colours`, or the place of a category; NaN is drawn in `muted`.
    categories : int
        How many there are; 0 for numbers.
    alpha : float
        0 to 1.

    Returns
    -------
    ndarray of uint32, shape (height, width)
        RGBA, first row at the bottom.
    """
    import datashader as ds
    import datashader.transfer_functions as tf

    canvas = ds.Canvas(min(max(width, 2), LARGEST), min(max(height, 2), LARGEST), x_range=x_range, y_range=y_range)
    known = np.isfinite(values)
    layers = []
    if not known.all():
        rest = pd.DataFrame({"x": x[~known], "y": y[~known]})
        layers.append(tf.spread(tf.shade(canvas.points(rest, "x", "y", ds.any()), cmap=[muted]), px=1))
    if known.any():
        table = pd.DataFrame({"x": x[known], "y": y[known], "value": values[known]})
        top = tf.spread(canvas.points(table, "x", "y", ds.max("value")), px=1, how="max")
        ends = (0.0, float(categories - 1 or 1)) if categories else (low, high)
        layers.append(tf.shade(top, cmap=list(colours), how="linear", span=ends))
    picture = tf.stack(*layers) if len(layers) > 1 else layers[0]
    pixels = np.array(picture.data, np.uint32)
    if alpha < 1:
        parts = pixels.view(np.uint8).reshape(*pixels.shape, 4)
        parts[..., 3] = (parts[..., 3] * alpha).astype(np.uint8)
    return pixels


def warm_up() -> None:
    """Compile what draws, before anybody waits for it."""
    few = np.linspace(0, 1, 4, dtype=np.float32)
    gap = np.array([0, 1, np.nan, 0.5], np.float32)
    raster(
        few,
        few,
        gap,
        colours=("#000000", "#ffffff"),
        low=0,
        high=1,
        categories=0,
        muted="#888888",
        alpha=0.5,
        x_range=(0, 1),
        y_range=(0, 1),
        width=8,
        height=8,
    )
