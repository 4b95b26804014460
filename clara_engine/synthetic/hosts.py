"""Choice of hosts, the light curves that carry injected signals: each part of the real class has its share.

A population in the real class that no signal was put on is learned as real, with its own events: flaring ultracool
dwarfs without hosts among them score at an AUC of 0.56 instead of 0.98.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.synthetic.lot import lot
from clara_engine.text import counted

__all__ = ["PROPERTIES", "Property", "Scarce", "choose_hosts", "scarce_hosts"]

#: Parts with fewer light curves are not reported.
LEAST_TOLD = 3
#: Nor are parts that have at least this fraction of their share of the hosts.
SCARCE = 0.25


@dataclass(frozen=True, slots=True)
class Property:
    """A fact that divides light curves into parts.

    Attributes
    ----------
    column : str
        Of the table of facts.
    edges : tuple of float
        Between the parts, ascending; none where each value is a part of its own.
    below, between, above, unknown : str
        How a part is called; ``{low}`` and ``{high}`` are its edges, ``{value}`` is the value.
    """

    column: str
    edges: tuple[float, ...]
    below: str
    between: str
    above: str
    unknown: str

    def parts(self, table: pd.DataFrame) -> NDArray[np.object_]:
        """Name of the part of each row."""
        values = table[self.column] if self.column in table else pd.Series(np.nan, table.index)
        if not self.edges:
            return np.array([self.unknown if pd.isna(v) else self.between.format(value=v) for v in values], object)
        numbers = values.to_numpy(np.float64)
        limits = (-math.inf, *self.edges, math.inf)
        names = [self._called(low, high) for low, high in pairwise(limits)]
        place = np.digitize(numbers, self.edges)
        return np.array(
            [self.unknown if math.isnan(v) else names[p] for v, p in zip(numbers, place, strict=True)], object
        )

    def _called(self, low: float, high: float) -> str:
        form = self.below if low == -math.inf else self.above if high == math.inf else self.between
        return form.format(low=f"{low:,.0f}", high=f"{high:,.0f}")


@dataclass(frozen=True, slots=True)
class Scarce:
    """A part of the real class that lacks hosts: its name, its light curves, and how many of them are hosts."""

    part: str
    light_curves: int
    hosts: int


#: What hosts are balanced over. The edges are fixed, so that a draw does not depend on other stars.
PROPERTIES = (
    Property(
        "teff",
        (2900, 3300, 3900, 5200, 6000, 7500),
        "stars cooler than {high} K",
        "stars of {low} to {high} K",
        "stars hotter than {low} K",
        "stars of unknown Teff",
    ),
    Property(
        "tmag",
        (8, 10, 12, 14),
        "stars brighter than Tmag {high}",
        "stars of Tmag {low} to {high}",
        "stars fainter than Tmag {low}",
        "stars of unknown Tmag",
    ),
    Property(
        "noise_ppm",
        (100, 300, 1000, 3000, 10_000),
        "light curves with a noise below {high} ppm",
        "light curves with a noise of {low} to {high} ppm",
        "light curves with a noise above {low} ppm",
        "light curves of unknown noise",
    ),
    Property(
        "variability",
        (1, 3, 10),
        "stars whose slow changes are below their noise",
        "stars whose slow changes are {low} to {high} times their noise",
        "stars whose slow changes are over {low} times their noise",
        "stars of unknown variability",
    ),
    Property("cadence_s", (), "", "light curves of {value:.0f} s", "", "light curves of unknown cadence"),
    Property("product", (), "", "light curves of {value}", "", "light curves of unknown pipeline"),
)


def choose_hosts(target_ids: Sequence[str], count: int, seed: int, facts: pd.DataFrame | None = None) -> list[str]:
    """Targets that signals are put on, in their given order: of every part of `PROPERTIES` in proportion to its size.

    Of targets that are in the same parts, which are drawn hangs on each alone: without one of them, the others are
    drawn as before.

    Parameters
    ----------
    target_ids : sequence of str
        All that may be taken.
    count : int
        How many are wanted.
    seed : int
        Fixes all that is drawn.
    facts : DataFrame, optional
        Indexed by target id, with any columns of `PROPERTIES`; without, all targets are of one kind.

    Raises
    ------
    DesignError
        When there are not so many.
    """
    total = len(target_ids)
    if not 1 <= count <= total:
        raise DesignError(
            f"{counted(count, 'background star')} can't be taken from {counted(total, 'target')}: ingest more, or "
            "ask for fewer"
        )
    if count == total:
        return list(target_ids)
    parts = _parts(facts.reindex(list(target_ids))) if facts is not None else pd.DataFrame(index=range(total))
    order = np.argsort([lot(target_id, seed) for target_id in target_ids])
    return [target_ids[int(place)] for place in np.sort(order[_balanced(parts.iloc[order], count)])]


def scarce_hosts(facts: pd.DataFrame, hosts: Sequence[str], least: int = LEAST_TOLD) -> list[Scarce]:
    """Parts of the real class that have no host, or less than a quarter of their share of them.

    Parameters
    ----------
    facts : DataFrame
        Of the real class, as in `choose_hosts`.
    hosts : sequence of target ids
    least : int
        Smaller parts are not told.
    """
    carries = facts.index.isin(list(hosts))
    parts = _parts(facts)
    found = []
    for name in parts:
        held = parts[name].value_counts().sort_index()
        carried = parts[name][carries].value_counts().reindex(held.index, fill_value=0)
        few = (carried < SCARCE * carries.mean() * held) & (held >= least)
        found += [Scarce(str(part), int(held[part]), int(carried[part])) for part in held.index[few]]
    return found


def _parts(facts: pd.DataFrame) -> pd.DataFrame:
    """The part of each row in every property that tells any of them apart."""
    parts = {each.column: each.parts(facts) for each in PROPERTIES if each.column in facts}
    return pd.DataFrame({name: part for name, part in parts.items() if len(set(part)) > 1}, index=facts.index)


def _balanced(parts: pd.DataFrame, count: int) -> NDArray[np.intp]:
    """Rows: the first `count`, changed as little as gives every part one, and then its share, rounded down."""
    codes = [pd.factorize(parts[name], sort=True)[0] for name in parts]
    shares = [np.maximum(1, count * np.bincount(code) // len(parts)) for code in codes]
    chosen = np.arange(len(parts)) < count
    for least in ([np.ones_like(share) for share in shares], shares):
        for code, enough in zip(codes, least, strict=True):
            for value in np.argsort(enough, kind="stable"):
                _fill(chosen, code == value, int(enough[value]), codes, least)
    return np.flatnonzero(chosen)


def _fill(
    chosen: NDArray[np.bool_],
    part: NDArray[np.bool_],
    wanted: int,
    codes: list[NDArray[np.intp]],
    least: list[NDArray[np.intp]],
) -> None:
    """Choose the next rows of a part until it has what is `wanted`, each in place of the last that no part misses."""
    for row in np.flatnonzero(part & ~chosen)[: max(0, wanted - int((part & chosen).sum()))]:
        spare = chosen & ~part
        for code, enough in zip(codes, least, strict=True):
            held = np.bincount(code[chosen], minlength=enough.size)
            spare &= (held > enough)[code] | (code == code[row])
        if not spare.any():
            return
        chosen[np.flatnonzero(spare)[-1]] = False
        chosen[row] = True
