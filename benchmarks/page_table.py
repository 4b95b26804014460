"""The table of `benchmarks.page`: what was measured of each page, and the last page's ratio to the first."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Values", "median", "show"]

#: Milliseconds, or megabytes, by what was measured.
Values = dict[str, list[float]]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")


def late(values: Sequence[float]) -> float:
    return float(np.percentile(values, 95)) if values else float("nan")


class Line(NamedTuple):
    """A line of the table."""

    key: str
    text: str
    wanted: str
    of: Callable[[Sequence[float]], float] = median


LINES = (
    Line("first", "first page of a server that just started", ""),
    Line("later", "a later page of it", ""),
    Line("click drawn", "click on a star, light curve and fold drawn (median)", ""),
    Line("click", "the same, all numbers there", "250 ms"),
    Line("click", "all numbers there, 95th percentile", "500 ms", late),
    Line("new star drawn", "click on a star that is new, light curve and fold drawn (median)", ""),
    Line("new star", "the same, all numbers there", ""),
    Line("next star drawn", "click on the star below, after a look of 1.5 s (median)", ""),
    Line("next star", "the same, all numbers there", ""),
    Line("card", "card under the pointer (median)", "100 ms"),
    Line("recolour", "another run on the screen, map recoloured (median)", "500 ms"),
    Line("busy", "click while a job takes all cores (median)", "1,000 ms"),
    Line("round trip", "longest round trip of another session while a page opens (median)", "300 ms"),
    Line("frame", "zoom, a frame (median)", "50 ms"),
    Line("zoomed", "zoom, settled after the last turn (not needed at 50 ms a frame)", "300 ms"),
    Line("ten", "memory of the server with ten sessions", "1,500 MB", max),
    Line("left", "left behind by more sessions", "20 MB", max),
)


def show(found: dict[str, Values]) -> None:
    """Print what was measured of each page, and the last page's ratio to the first."""
    names = list(found)
    for line in LINES:
        values = [line.of(found[name][line.key]) for name in names if line.key in found[name]]
        if values:
            ratio = f"{values[-1] / values[0]:6.2f}" if len(names) > 1 else ""
            print(
                f"{line.text:68} {line.wanted:>9} " + "".join(f"{value:9.0f}" for value in values) + ratio, flush=True
            )
