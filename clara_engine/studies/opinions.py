"""How far the people who vetted the same stars agree, and on which they differ."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.evaluate.kappa import cohens_kappa
from clara_engine.lightcurve import star_of

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["DIFFERING_COLUMNS", "PAIR_COLUMNS", "Opinions", "opinions"]

PAIR_COLUMNS = ["first", "second", "count", "agreed", "chance", "kappa", "low", "high"]
DIFFERING_COLUMNS = ["target_id", "star", "said"]


@dataclass(frozen=True, slots=True)
class Opinions:
    """Opinions of several people on the same stars.

    Attributes
    ----------
    stars : int
        Stars with verdicts of two people or more.
    pairs : DataFrame
        A row for each two people who have vetted a star in common: `PAIR_COLUMNS`; count, agreed (share), chance,
        kappa, low and high are as in `clara_engine.evaluate.kappa.Kappa`.
    differing : DataFrame
        The stars on which people differ: target_id of the light curve that was vetted last, star, and said, which is
        ``name: label`` of each person.
    """

    stars: int
    pairs: pd.DataFrame
    differing: pd.DataFrame


def opinions(store: Store, *, seed: int = 0) -> Opinions:
    """Compare everybody's standing verdicts, star by star; of several on one star the last of each person counts.

    Parameters
    ----------
    store : Store
    seed : int
        Of the intervals.
    """
    said = store.verdicts.opinions()
    said = said.assign(star=said["target_id"].map(star_of)) if len(said) else said.assign(star=pd.Series(dtype=object))
    last = said.drop_duplicates(["star", "author"], keep="last")
    shared = last[last.duplicated("star", keep=False)]
    wide = shared.pivot(index="star", columns="author", values="label")
    pairs = []
    for first, second in combinations(wide.columns, 2):
        both = wide[[first, second]].dropna()
        if len(both):
            found = asdict(cohens_kappa(both[first].tolist(), both[second].tolist(), seed=seed))
            pairs.append({"first": first, "second": second, **found, "kappa": found["value"]})
    differing = []
    for star, group in shared.groupby("star", sort=False):
        if group["label"].nunique() > 1:
            words = ", ".join(f"{one.author}: {one.label}" for one in group.itertuples())
            differing.append({"target_id": group["target_id"].iloc[-1], "star": star, "said": words})
    return Opinions(
        len(wide), pd.DataFrame(pairs, columns=PAIR_COLUMNS), pd.DataFrame(differing, columns=DIFFERING_COLUMNS)
    )
