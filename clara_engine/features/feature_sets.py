"""The list of feature sets. A new one is a new file and one name here."""

from __future__ import annotations

from clara_engine.errors import FeatureError
from clara_engine.features.definition import FeatureSet
from clara_engine.features.flux_power import FLUX_POWER
from clara_engine.features.folded import FOLDED, FOLDED_PUBLISHED
from clara_engine.features.shape import SHAPE
from clara_engine.features.steering import STEERING

__all__ = ["FEATURE_SETS", "feature_set"]

FEATURE_SETS: dict[str, FeatureSet] = {
    known.name: known for known in (FLUX_POWER, STEERING, FOLDED, FOLDED_PUBLISHED, SHAPE)
}


def feature_set(name: str) -> FeatureSet:
    """The feature set called `name`; `FeatureError` lists the known ones when there is none."""
    try:
        return FEATURE_SETS[name]
    except KeyError:
        raise FeatureError(f"there is no feature set {name!r}; known: {', '.join(FEATURE_SETS)}") from None
