"""The designs and forests that auto-steer chooses among: an event or two, of some depths and periods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clara_engine.forest import ForestSettings
from clara_engine.synthetic import EVENTS, SyntheticDesign
from clara_engine.synthetic.backgrounds import Observed

__all__ = ["PLAIN", "SPACE", "steered_design", "steered_forest"]

NONE = "nothing"
ALL = "all"
#: The choices of a trial.
SPACE: dict[str, tuple[Any, ...]] = {
    "event": tuple(EVENTS),
    "also": (NONE, *EVENTS),
    "depths": (ALL, "shallow", "deep"),
    "periods": (ALL, "short", "long"),
    "curves": (100, 200, 300),
    "max_features": ("sqrt", 0.25, 0.5),
    "min_samples_leaf": (1, 2, 5),
}
#: The first trials of an event.
PLAIN = {"also": NONE, "depths": ALL, "periods": ALL, "curves": 200, "max_features": 0.5, "min_samples_leaf": 2}


def steered_design(params: Mapping[str, Any], seed: int) -> SyntheticDesign:
    """The design of a trial: an event, perhaps a second one half as often, of all or of half the depths and periods.

    Parameters
    ----------
    params : mapping of str to any
        Choices of the search, by name.
    seed : int
        Fixes all that is drawn.
    """
    words = [str(params["event"])]
    signals = [_part(signal, params, 1.0) for signal in EVENTS[params["event"]]]
    if params["also"] not in (NONE, params["event"]):
        signals += [_part(signal, params, 0.5) for signal in EVENTS[params["also"]]]
        words[0] += f" and {params['also']}"
    words += [params[axis] for axis in ("depths", "periods") if params[axis] != ALL]
    name = ", ".join(words)
    return SyntheticDesign(
        name=name, curves=int(params["curves"]), seed=seed, background=Observed(), signals=tuple(signals)
    )


def _part(signal: Any, params: Mapping[str, Any], weight: float) -> Any:
    """A signal of some of its depths and periods."""
    changes: dict[str, Any] = {"weight": signal.weight * weight}
    for field, axis in (("depth", "depths"), ("period_days", "periods")):
        if params[axis] != ALL and hasattr(signal, field):
            low, high = getattr(signal, field)
            middle = float(np.sqrt(low * high))
            changes[field] = (low, middle) if params[axis] in ("shallow", "short") else (middle, high)
    return type(signal)(**signal.model_dump() | changes)


def steered_forest(params: Mapping[str, Any], trees: int) -> ForestSettings:
    """The forest of a trial.

    Parameters
    ----------
    params : mapping of str to any
        Choices of the search, by name.
    trees : int
        How many.
    """
    return ForestSettings(
        n_estimators=trees,
        max_features=params["max_features"],
        min_samples_leaf=int(params["min_samples_leaf"]),
    )
