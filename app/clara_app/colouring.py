"""Colourings of the map: the choices, and the value of each star."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_app.theme import CATEGORIES
from clara_engine.plots import Shade

__all__ = ["CLUSTER", "LABEL", "MOST_CATEGORIES", "choices", "colouring"]

MOST_CATEGORIES = len(CATEGORIES)
LABEL = "label:"
CLUSTER = "cluster:"
TITLES = {
    "anomaly_score": "anomaly score",
    "percentile": "percentile of score",
    "weirdness": "weirdness",
    "wrss": "WRSS, joint score of two runs",
    "star_p_value": "p: how often a quiet star scores as high",
    "star_q_value": "share of chance above this star",
    "kind_probability": "posterior of its kind",
    "rank_change": "places gained since the run before",
    "tmag": "T magnitude (mag)",
    "teff": "Teff (K)",
    "radius": "radius (R☉)",
    "logg": "log g (cgs)",
    "crowdsap": "share of flux that is the star’s",
    "pmra": "proper motion RA (mas/yr)",
    "pmdec": "proper motion Dec (mas/yr)",
    "verdict": "verdict",
}
#: Columns of words.
WORDS = ("kind", "verdict")
HIDDEN = {
    "p_value",
    "star_rank",
    "star_light_curves",
    "rank",
    "anomaly_spread",
    "trained",
    "tic",
    "catalogue",
    "sector",
    "cadence_s",
    "simulated",
    "path",
    "product",
    "bytes",
    "modified_ns",
    "columns",
}

Labels = Mapping[tuple[str, str], NDArray[np.bool_]]


def choices(
    table: pd.DataFrame, families: list[str], clusterings: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """What a table can be coloured by: title to name, scores first, then clusters and labels, then other numbers.

    `clusterings` has the title of each clustering by its id.
    """
    numbers = [name for name in table.select_dtypes("number") if name not in HIDDEN and table[name].notna().any()]
    first = [name for name in TITLES if name in numbers]
    rest = sorted(set(numbers) - set(first))
    found = {TITLES[name]: name for name in first}
    found |= {f"clusters: {title}": f"{CLUSTER}{number}" for number, title in clusterings.items()}
    found |= {f"label: {family}": f"{LABEL}{family}" for family in families}
    found |= {word: word for word in WORDS if word in table and table[word].notna().any()}
    return found | {name.replace("_", " "): name for name in rest}


def colouring(name: str, table: pd.DataFrame, labels: Labels, clusters: pd.Series | None = None) -> Shade:
    """The values of one choice of `choices`; all NaN when the table has no such column.

    `clusters` has the name of each star's cluster by target id, for a clustering.
    """
    if name.startswith(CLUSTER):
        none = pd.Series(None, table.index, dtype=object)
        return _categories("cluster", none if clusters is None else clusters.reindex(table.index))
    if name.startswith(LABEL):
        family = name.removeprefix(LABEL)
        words = pd.Series(None, table.index, dtype=object)
        for (known, value), mask in labels.items():
            if known == family and value != "any":
                words[mask] = value
        return _categories(family, words)
    if name in WORDS and name in table:
        return _categories(name, table[name])
    values = table[name].astype(np.float32).to_numpy() if name in table else np.full(len(table), np.nan, np.float32)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Shade(TITLES.get(name, name), values, 0.0, 1.0)
    low, high = (float(edge) for edge in np.percentile(finite, (0.5, 99.5)))
    return Shade(TITLES.get(name, name.replace("_", " ")), values, low, high if high > low else low + 1.0)


def _categories(title: str, words: pd.Series) -> Shade:
    """The commonest categories each for itself, the others together."""
    common = words.value_counts().index.tolist()
    named = common if len(common) <= MOST_CATEGORIES else [*common[: MOST_CATEGORIES - 1], "other"]
    place = {word: min(i, len(named) - 1) for i, word in enumerate(common)}
    values = words.map(place).to_numpy(np.float32)
    return Shade(title, values, -0.5, len(named) - 0.5, tuple(str(word) for word in named))
