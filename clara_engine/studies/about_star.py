"""What a workspace knows of a star, from whichever light curve or archive, and what a run's forest takes it for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from clara_engine.lightcurve import Target
from clara_engine.periods.kinds.star_facts import StarFacts, facts_of

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["FLAGS", "forest_chances", "star_facts"]

HEADER = {"teff": "teff_k", "radius": "radius_rsun", "logg": "logg", "tmag": "tmag"}
FLAGS = ("gaia_variable", "gaia_non_single")


def star_facts(store: Store, target: Target) -> StarFacts:
    """Facts of the catalogues, else of the headers of any light curve of the star.

    Parameters
    ----------
    store : Store
    target : Target
    """
    table = store.targets.frame().set_index("target_id")
    same = table[(table["tic"] == target.tic) & (table["catalogue"] == target.catalogue)]
    known = store.labels.parameters().reindex(same.index).combine_first(same[list(HEADER)].rename(columns=HEADER))
    first = {name: next(iter(values.dropna()), None) for name, values in known.items()}
    labels = store.labels.of(target.id)
    flags = labels[labels["family"].isin(FLAGS)].set_index("family")["value"].to_dict()
    return facts_of(target, first, flags)


def forest_chances(row: Mapping[str, Any]) -> dict[str, float]:
    """Chance of each kind that a run's forest gives a star, the highest first; empty where it was not asked.

    Parameters
    ----------
    row : mapping
        The star's row of `Run.scores`.
    """
    from clara_engine.studies.kinds import KIND, kind_column

    found = {kind: row.get(kind_column(kind)) for kind in KIND.values()}
    known = {kind: float(chance) for kind, chance in found.items() if chance is not None and pd.notna(chance)}
    return dict(sorted(known.items(), key=lambda one: -one[1]))
