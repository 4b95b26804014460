"""Groups: light curves of one mission, cadence and pipeline, which may be ranked together.

The published features are the first samples of a light curve and a power that depends on how many there are, so a
forest sees the cadence: quiet stars at 30 minutes would rank at the 93rd percentile of a run of 2-minute light curves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.lightcurve import Target

__all__ = ["Group", "group_names"]

MISSIONS = {"TIC": "TESS", "KIC": "Kepler", "EPIC": "K2"}
#: Seconds between samples as the missions plan them: TESS 20, 120, 200, 600, 1800; Kepler 58.85, 1765.5.
PLANNED_S = (20, 59, 120, 200, 600, 1765, 1800)
WITHIN = 0.01


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Light curves that are scored and ranked with each other.

    Attributes
    ----------
    mission : {"TESS", "Kepler", "K2"}
    cadence_s : int
        Seconds between samples, as planned; times that were corrected to the barycentre differ from it a little.
    product : str
        Pipeline, such as ``"SPOC"``.
    """

    mission: str
    cadence_s: int
    product: str

    @classmethod
    def of(cls, target: Target) -> Group:
        """The group of a light curve."""
        return _group(target.catalogue, target.cadence_s, target.product)

    @classmethod
    def named(cls, text: str) -> Group:
        """The group that `str` names so.

        Examples
        --------
        >>> Group.named("TESS 120 s SPOC").product
        'SPOC'
        """
        mission, cadence, _, *product = text.split(" ", 3)
        return cls(mission, int(cadence), product[0] if product else mission)

    def __str__(self) -> str:
        return " ".join(
            [self.mission, f"{self.cadence_s} s", *([] if self.product == self.mission else [self.product])]
        )

    def meant_by(self, text: str) -> bool:
        """Whether every word of `text` fits: ``120``, ``spoc``, ``TESS 120 s``."""
        own = {word.lower() for word in (*str(self).split(), f"{self.cadence_s}s")}
        return set(text.lower().split()) <= own

    def unlike(self, other: Group) -> tuple[str, str]:
        """The facts in which two groups differ, of this one and of the other: ``("120 s", "1800 s")``."""
        mine, theirs = ((group.mission, f"{group.cadence_s} s", group.product) for group in (self, other))
        differing = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
        one, two = (" ".join(dict.fromkeys(pair[side] for pair in differing)) for side in (0, 1))
        return one, two


def group_names(table: pd.DataFrame) -> pd.Series:
    """Name of the group of each row; `table` has the columns catalogue, cadence_s and product."""
    import pandas as pd  # processes that only read files do without

    known: dict[tuple[str, float, str], str] = {}
    names = []
    for facts in zip(table["catalogue"], table["cadence_s"], table["product"], strict=True):
        if facts not in known:
            known[facts] = str(_group(*facts))
        names.append(known[facts])
    return pd.Series(names, table.index, dtype=object, name="group")


def _group(catalogue: str, cadence_s: float, product: str) -> Group:
    return Group(MISSIONS.get(catalogue, catalogue), _planned(cadence_s), product)


def _planned(cadence_s: float) -> int:
    if not math.isfinite(cadence_s) or cadence_s <= 0:
        return 0
    near = min(PLANNED_S, key=lambda planned: abs(planned - cadence_s))
    return near if abs(near - cadence_s) < WITHIN * near else round(float(f"{cadence_s:.2g}"))
