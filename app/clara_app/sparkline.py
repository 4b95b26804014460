"""Small static plots as SVG; they cost a hundredth of a Bokeh figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clara_app.rendering import render

__all__ = ["Line", "envelope", "sparkline"]

Float = NDArray[np.float64]

LEFT, BOTTOM, TOP, RIGHT = 40, 24, 4, 8


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve and the CSS colour it is drawn in."""

    x: Float
    y: Float
    colour: str
    width: float = 1.0


def envelope(x: Float, y: Float, most: int) -> tuple[Float, Float]:
    """Thin a curve to the lowest and highest value of each block of samples, so that no dip is lost."""
    step = -(-x.size // max(1, most // 2))
    if step <= 2:
        return x, y
    whole = x.size // step * step
    blocks = y[:whole].reshape(-1, step)
    first = np.arange(len(blocks)) * step
    both = np.sort(np.stack([first + blocks.argmin(axis=1), first + blocks.argmax(axis=1)], axis=1), axis=1)
    places = np.append(both.ravel(), np.arange(whole, x.size))
    return x[places], y[places]


def sparkline(
    lines: Sequence[Line],
    *,
    x_label: str,
    y_label: str,
    title: str,
    width: int = 250,
    height: int = 80,
    x_ticks: Sequence[float] | None = None,
    log_x: bool = False,
    form: str = "{:,.3g}",
) -> str:
    """Draw curves into one frame.

    Parameters
    ----------
    lines : sequence of Line
        Drawn in order; axes reach from their least to their greatest value.
    title : str
        What is shown, for people who can't see it.
    x_ticks : sequence of float, optional
        Where the x axis is labelled; its ends by default.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    drawn = [line for line in lines if line.x.size]
    if not drawn:
        return ""
    place = np.log10 if log_x else np.asarray
    ends = [float(edge(place(line.x))) for edge in (np.min, np.max) for line in drawn]
    left, right = min(ends), max(ends)
    low, high = min(float(line.y.min()) for line in drawn), max(float(line.y.max()) for line in drawn)
    across, up = (width - LEFT - RIGHT) / ((right - left) or 1.0), (height - TOP - BOTTOM) / ((high - low) or 1.0)

    def column(x: Float) -> Float:
        return LEFT + (place(x) - left) * across

    floor = height - BOTTOM
    both = [(line, zip(column(line.x), floor - (line.y - low) * up, strict=True)) for line in drawn]
    spots = [
        (float(column(np.array(tick))), f"{tick:g}")
        for tick in (x_ticks if x_ticks is not None else (10**left, 10**right) if log_x else (left, right))
    ]
    return render(
        "sparkline",
        width=width,
        height=height,
        left=LEFT,
        right=width - RIGHT,
        top=TOP,
        floor=floor,
        title=title,
        x_label=x_label,
        y_label=y_label,
        lines=[(line, " ".join(f"{a:.1f},{b:.1f}" for a, b in dots)) for line, dots in both],
        across=[(f"{spot:.1f}", words) for spot, words in spots if LEFT - 1 <= spot <= width - RIGHT + 1],
        up=[
            (y, "0" if abs(value) < 1e-3 * (high - low) else form.format(value))
            for value, y in ((high, TOP + 8), (low, floor))
        ],
    )
