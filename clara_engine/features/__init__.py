"""Features: rows of numbers computed from light curves, and their storage."""

from clara_engine.features.definition import Block, FeatureSet
from clara_engine.features.extract import FeatureRows, extract, feature_rows
from clara_engine.features.feature_sets import FEATURE_SETS, feature_set
from clara_engine.features.feature_store import FeatureStore
from clara_engine.features.flux_power import FLUX_POWER_FREQUENCY, flux_power

__all__ = [
    "FEATURE_SETS",
    "FLUX_POWER_FREQUENCY",
    "Block",
    "FeatureRows",
    "FeatureSet",
    "FeatureStore",
    "extract",
    "feature_rows",
    "feature_set",
    "flux_power",
]
