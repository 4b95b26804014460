"""Features of single dips with one steep side, such as those of exocomets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, normalised_difference
from clara_engine.features.steering.whitening import whitened_hours
from clara_engine.timeseries import median

__all__ = ["LABELS", "steep_dips"]

Float = NDArray[np.float64]
TAIL_HOURS = (3.0, 7.0, 16.0)
EVEN_HOURS = (3.0, 6.0, 12.0, 24.0)
AROUND_HOURS, NEAR_HOURS = 24.0, 12.0
STRONGEST, APART = 3, 3
LEAST_BINS = 80

LABELS = (
    *(f"steep-sided dip of {hours:g} h, signal-to-noise" for hours in TAIL_HOURS),
    *(f"steep-sided dip of {hours:g} h against inverted" for hours in TAIL_HOURS),
    "steep-sided dip, signal-to-noise",
    "steep-sided dip, second, signal-to-noise",
    "steep-sided dip, third, signal-to-noise",
    "steep-sided dip, inverted, signal-to-noise",
    "steep-sided dip, tail, h",
    "steep-sided dip against its mirror image",
    "steep-sided dip against a symmetric one",
    "steep-sided dip, share seen around it",
)


def steep_dips(prepared: Prepared) -> Float:
    """Values of `LABELS`."""
    if prepared.grid.time.size < LEAST_BINS:
        return np.zeros(len(LABELS))
    white, size = whitened_hours(prepared)
    width = 24 * size * float(prepared.grid.time[1] - prepared.grid.time[0])

    def fits(shape: str, hours: tuple[float, ...], *, reverse: bool = False) -> NDArray[np.float32]:
        sizes = tuple(round(max(one / width, 0.5), 2) for one in hours)
        return np.asarray(white.fit(shape, sizes, reverse=reverse) / -white.norm(shape, sizes)[:, None])

    trailing, leading = fits("comet", TAIL_HOURS), fits("comet", TAIL_HOURS, reverse=True)
    scale = median(white.spread(trailing))
    if scale == 0:
        return np.zeros(len(LABELS))
    trailing, leading, even = (one * white.filled / scale for one in (trailing, leading, fits("bump", EVEN_HOURS)))
    both = np.maximum(trailing, leading)
    deepest, highest = both.max(axis=1), -np.minimum(trailing, leading).min(axis=1)
    row = [*deepest, *((deepest - highest) / np.maximum(deepest + highest, 1e-9))]
    left = both.max(axis=0)
    best, at = (int(place) for place in np.unravel_index(np.argmax(both), both.shape))
    reach = max(2, round(NEAR_HOURS / width))
    near = slice(max(0, at - reach), at + reach + 1)
    one, other, symmetric = (float(fit[:, near].max()) for fit in (trailing, leading, even))
    tops = []
    for _ in range(STRONGEST):
        place = int(np.argmax(left))
        tops.append(max(float(left[place]), 0.0))
        left[max(0, place - APART * reach) : place + APART * reach + 1] = -np.inf
    day = round(AROUND_HOURS / width)
    before, after = white.filled[max(0, at - day) : at], white.filled[at + 1 : at + 1 + day]
    row += [
        *tops,
        float(highest.max()),
        TAIL_HOURS[best],
        abs(one - other) / max(one + other, 1e-9),
        normalised_difference(max(one, other), symmetric),
        min(before.sum(), after.sum()) / max(day, 1),
    ]
    return np.array(row, dtype=np.float64)
