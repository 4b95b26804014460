"""Completeness: the share of injected events that are found, by one property of star or event at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.evaluate.rates import clustered_interval

__all__ = ["FACTS", "completeness", "completeness_text"]

Float = NDArray[np.float64]
#: Facts of an injected light curve: the event's signal-to-noise, and its star's magnitude, crowding and camera.
FACTS = ("signal_to_noise", "tmag", "crowdsap", "camera")
FIXED = {"signal_to_noise": (0.0, 3.0, 5.0, 7.0, 10.0, 15.0, 30.0, np.inf)}
PARTS = 4
TITLES = {"signal_to_noise": "signal-to-noise", "tmag": "Tmag", "crowdsap": "CROWDSAP", "camera": "camera"}
COLUMNS = ["by", "from", "to", "n", "stars", "found", "recovery", "low", "high"]


def completeness(injected: pd.DataFrame, facts: tuple[str, ...] = FACTS) -> pd.DataFrame:
    """Recovery by each fact that is known of these injected light curves.

    Parameters
    ----------
    injected : DataFrame
        A row an injected light curve: ``found``, ``star`` (that it is put into) and any of `facts`.
    facts : tuple of str
        Columns to look at; absent ones are left out.

    Returns
    -------
    DataFrame
        A row a part: by (the fact), from and to (for a camera both its number), n, stars, found, recovery, low and
        high (95 % over stars). Signal-to-noise has fixed parts, magnitude and crowding quarters of the light curves.
    """
    rows = []
    for fact in facts:
        if fact not in injected or injected[fact].notna().sum() == 0:
            continue
        known = injected[injected[fact].notna()]
        values = known[fact].to_numpy(np.float64)
        for low, high, inside in _parts(fact, values):
            part = known[inside]
            found = part["found"].to_numpy(bool)
            ends = clustered_interval(found, part["star"].to_numpy())
            rows.append([fact, low, high, found.size, part["star"].nunique(), int(found.sum()), found.mean(), *ends])
    return pd.DataFrame(rows, columns=COLUMNS)


def completeness_text(table: pd.DataFrame) -> str:
    """Completeness in one line, for beside a list: ``Tmag 7.8–10.1 .91, 10.1–12.4 .83; camera 1 .88``."""
    words = []
    for fact, part in table.groupby("by", sort=False):
        cells = [
            f"{low:.3g} {share:.2f}" if low == high else f"{low:.3g}–{high:.3g} {share:.2f}".replace("–inf", " up")
            for low, high, share in zip(part["from"], part["to"], part["recovery"], strict=True)
        ]
        words.append(f"{TITLES[str(fact)]} {', '.join(cells)}")
    return "; ".join(words)


def _parts(fact: str, values: Float) -> list[tuple[float, float, NDArray[np.bool_]]]:
    if fact == "camera":
        return [(camera, camera, values == camera) for camera in np.unique(values)]
    edges = np.array(FIXED[fact]) if fact in FIXED else np.unique(np.quantile(values, np.linspace(0, 1, PARTS + 1)))
    if edges.size < 2:
        return [(float(edges[0]), float(edges[0]), np.ones(values.size, bool))]
    place = np.clip(np.searchsorted(edges, values, "right") - 1, 0, edges.size - 2)
    filled = np.unique(place)
    return [(float(edges[part]), float(edges[part + 1]), place == part) for part in filled]
