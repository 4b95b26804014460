"""Features that don't depend on when an event happens, from the whole light curve, for contrast sets of any kind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.features.definition import Block, FeatureSet
from clara_engine.features.steering import (
    event_features,
    flare_features,
    moments,
    periodicity,
    repeated,
    steep_dips,
    transit_search,
)
from clara_engine.features.steering.prepare import prepare
from clara_engine.lightcurve import LightCurve

__all__ = ["STEERING", "steering"]

FAMILIES = (
    ("moments", "quantiles and moments", moments.LABELS, moments.moments),
    ("events", "single events", event_features.LABELS, event_features.events),
    ("transit search", "box least squares", transit_search.LABELS, transit_search.transit_search),
    ("steep dips", "matched filter for dips with one steep side", steep_dips.LABELS, steep_dips.steep_dips),
    ("repeated", "matched filter for repeated transits", repeated.LABELS, repeated.repeated),
    ("flares", "matched filter for flares", flare_features.LABELS, flare_features.flares),
    ("periodicity", "periodogram and autocorrelation", periodicity.LABELS, periodicity.periodicity),
)
LARGEST = 1e6


def steering(light_curve: LightCurve) -> NDArray[np.float64]:
    """Features of one light curve; their names are ``STEERING.labels``.

    They don't change with the unit of the flux, with a shift in time, or, but for gaps, with when an event happens.

    Returns
    -------
    ndarray of float64, shape (STEERING.size,)
        All finite, none beyond ±1e6.

    Raises
    ------
    FeatureError
        When there are too few samples, the flux is constant, or its median is not above 0.
    """
    prepared = prepare(light_curve)
    row = np.concatenate([compute(prepared) for *_, compute in FAMILIES])
    return np.clip(np.nan_to_num(row, nan=0.0, posinf=LARGEST, neginf=-LARGEST), -LARGEST, LARGEST)


def _blocks() -> tuple[Block, ...]:
    blocks, start = [], 0
    for name, quantity, labels, _ in FAMILIES:
        stop = start + len(labels)
        blocks.append(
            Block(
                name=name,
                quantity=quantity,
                unit="",
                start=start,
                stop=stop,
                axis=np.arange(len(labels), dtype=np.float64),
                axis_name="feature",
                labels=tuple(labels),
            )
        )
        start = stop
    return tuple(blocks)


STEERING = FeatureSet(name="steering", version=7, title="Steering (epoch-free)", blocks=_blocks(), compute=steering)
