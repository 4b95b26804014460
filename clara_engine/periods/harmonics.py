"""Names of harmonics: halves, doubles and similar ratios of periods."""

from __future__ import annotations

__all__ = ["RATIOS", "harmonic_name"]

#: Period over the period it is compared with, and its name.
RATIOS = {
    1 / 2: "½",
    2.0: "2×",
    1 / 3: "⅓",
    3.0: "3×",
    1 / 4: "¼",
    4.0: "4×",
    2 / 3: "⅔",
    3 / 2: "3/2",
    1 / 5: "⅕",
    5.0: "5×",
}


def harmonic_name(period_days: float, of_days: float, span_days: float) -> str:
    """How `period_days` is related to `of_days`: ``"½"``, ``"2×"`` …; empty when it is not.

    Two periods count as one when their frequencies differ by less than half a peak width, 1 / (2 `span_days`), and by
    less than 3 %, since long periods have wide peaks.

    Parameters
    ----------
    period_days, of_days : float
        Two periods [days].
    span_days : float
        From the first to the last sample [days]; the longer, the narrower the peaks.

    Examples
    --------
    >>> harmonic_name(6.0, 3.0, span_days=27.0)
    '2×'
    >>> harmonic_name(1.5, 3.0, span_days=27.0)
    '½'
    >>> harmonic_name(4.0, 3.0, span_days=27.0)
    ''
    """
    off = {name: abs(of_days * ratio / period_days - 1) for ratio, name in RATIOS.items()}
    nearest = min(off, key=lambda name: off[name])
    return nearest if off[nearest] < min(0.03, 0.5 * period_days / span_days) else ""
