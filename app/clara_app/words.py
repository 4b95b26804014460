"""Sizes, moments, counts and stars as people read them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pandas as pd

__all__ = ["ago", "clock", "count", "light_curve_names", "moment", "size", "star_number"]

UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
SPANS = ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"))


def size(number: float) -> str:
    """Bytes in the unit that suits them: ``2.1 MB``."""
    for unit, name in UNITS:
        if number >= 0.9995 * unit:  # what is rounded to 1,000 of the unit below
            return f"{number / unit:.3g} {name}"
    return f"{number:.0f} bytes"


def star_number(star: Mapping[str, Any] | pd.Series) -> str:
    """What stands in lists: the TIC number alone, another catalogue's with its name (``KIC 757076``).

    A light curve that has a name, see `light_curve_names`, is told by it: ``261136679 s1``.
    """
    catalogue, which = star.get("catalogue", "TIC"), star.get("which", "")
    number = f"{star['tic']:.0f}" if catalogue == "TIC" else f"{catalogue} {star['tic']:.0f}"
    return f"{number} {which}" if which else number


def light_curve_names(targets: pd.DataFrame) -> pd.Series:
    """What tells the light curves of one star apart: sector, product, cadence, as far as needed; empty for a lone one.

    Parameters
    ----------
    targets : DataFrame
        Columns ``catalogue``, ``tic``, ``sector``, ``product`` and ``cadence_s`` [s].
    """
    named = pd.Series("", targets.index, dtype=object)
    together = ["catalogue", "tic"]
    for column, form in (("sector", "s{:.0f}"), ("product", " {}"), ("cadence_s", " {:.0f} s")):
        alike = targets.duplicated(together, keep=False) & targets[column].notna()
        named[alike] += targets.loc[alike, column].map(form.format)
        together.append(column)
    return named.str.strip()


def moment(seconds: float | None) -> str:
    """A Unix time [s] as local date and time; a dash when there is none."""
    if seconds is None or seconds != seconds:
        return "–"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def ago(seconds: float | None) -> str:
    """How long a Unix time [s] is past: ``3 days ago``."""
    if seconds is None:
        return "never"
    past = time.time() - seconds
    for unit, name in SPANS:
        if past >= unit:
            return f"{count(int(past / unit), name)} ago"
    return "just now"


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds, ``1:05``; from an hour on as ``2:01:05``."""
    whole = int(seconds)
    minutes = f"{whole // 60 % 60}:{whole % 60:02d}" if whole < 3600 else f"{whole // 60 % 60:02d}:{whole % 60:02d}"
    return minutes if whole < 3600 else f"{whole // 3600}:{minutes}"


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 star``, ``1,200 stars``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
