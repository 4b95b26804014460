"""Numbers and tables as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["interval", "number", "percent", "span", "table"]


def number(value: float | None, digits: int = 3) -> str:
    """A share or an area, without the zero in front: ``.961``.

    Parameters
    ----------
    value : float or None
        NaN or None is shown as a dash.
    digits : int
        Behind the point.

    Examples
    --------
    >>> number(0.9614), number(-0.02), number(None)
    ('.961', '−.020', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{abs(value):.{digits}f}"
    sign = "−" if value < 0 and float(text) != 0 else ""
    return sign + (text[1:] if text.startswith("0.") else text)


def interval(found: Mapping[str, Any], name: str = "value", digits: int = 3) -> str:
    """A measure with its interval: ``.961 (.945–.978)``; `found` has `name` and low and high, alone or behind it.

    Parameters
    ----------
    found : mapping of str to any
        From `measure_sample`.
    name : str
        Key of the value.
    digits : int
        Behind the point.

    Examples
    --------
    >>> interval({"value": 0.961, "low": 0.945, "high": 0.978})
    '.961 (.945–.978)'
    """
    if found.get(name) is None:
        return "–"
    low, high = (found.get(f"{name}_{end}", found.get(end)) for end in ("low", "high"))
    return f"{number(found[name], digits)} ({number(low, digits)}–{number(high, digits)})"


def percent(value: float) -> str:
    """A share in per cent."""
    return f"{100 * value:.3g} %"


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """A Markdown table with the keys of the first row as its head; keys that others lack are empty there."""
    if not rows:
        return ""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(row.get(name, "")) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def span(low: float | None, high: float | None) -> str:
    """A range: ``7–10``, ``30 up``.

    Parameters
    ----------
    low, high : float or None
        None or infinity is an open end.

    Examples
    --------
    >>> span(7, 10), span(30, None)
    ('7–10', '30 up')
    """
    if high is None or math.isinf(high):
        return f"{_plain(low or 0)} up"
    return f"{_plain(low or 0)}–{_plain(high)}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
