"""Text for sizes, times, counts and names of stars."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.text import counted

__all__ = [
    "counted",
    "format_bytes",
    "format_duration",
    "format_time",
    "label_options",
    "light_curve_names",
    "star_name",
    "time_since",
]

UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
SPANS = ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"))


def format_bytes(number: float) -> str:
    """A number of bytes in a suitable unit: ``2.1 MB``."""
    for unit, name in UNITS:
        if number >= 0.9995 * unit:  # 999.5 kB and more would be rounded to 1,000 kB
            return f"{number / unit:.3g} {name}"
    return f"{number:.0f} bytes"


def star_name(star: Mapping[str, Any] | pd.Series) -> str:
    """Name of a star in lists: the TIC number alone, else catalogue and number (``KIC 757076``).

    Where a star has several light curves, the name of the light curve follows (`light_curve_names`): ``261136679 s1``.
    """
    catalogue, which = star.get("catalogue", "TIC"), star.get("which", "")
    number = f"{star['tic']:.0f}" if catalogue == "TIC" else f"{catalogue} {star['tic']:.0f}"
    return f"{number} {which}" if which else number


def label_options(members: Mapping[tuple[str, str], NDArray[np.bool_]], least: int = 1) -> dict[str, tuple[str, str]]:
    """Entries of a menu of labels, with how many stars have each: ``truth: planet  (60)``.

    Parameters
    ----------
    members : mapping of (family, value) to ndarray of bool
        Which stars have the label.
    least : int
        A label of fewer stars is left out, and so is one that all have.
    """
    return {
        f"{family}: {value}  ({mask.sum():,})": (family, value)
        for (family, value), mask in members.items()
        if least <= mask.sum() < mask.size
    }


def light_curve_names(targets: pd.DataFrame) -> pd.Series:
    """Names that distinguish the light curves of one star: sector, product and cadence, as far as needed.

    Empty where a star has only one light curve.

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


def format_time(seconds: float | None) -> str:
    """A Unix time [s] as local date and time; a dash when there is none."""
    if seconds is None or seconds != seconds:
        return "–"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def time_since(seconds: float | None) -> str:
    """Time since a Unix time [s]: ``3 days ago``."""
    if seconds is None:
        return "never"
    past = time.time() - seconds
    for unit, name in SPANS:
        if past >= unit:
            return f"{counted(int(past / unit), name)} ago"
    return "just now"


def format_duration(seconds: float) -> str:
    """A duration [s] as minutes and seconds, ``1:05``, or from one hour on as ``2:01:05``."""
    whole = int(seconds)
    minutes = f"{whole // 60 % 60}:{whole % 60:02d}" if whole < 3600 else f"{whole // 60 % 60:02d}:{whole % 60:02d}"
    return minutes if whole < 3600 else f"{whole // 3600}:{minutes}"
