"""The unsupervised random forest: contrast sets in; scores, reasons and neighbours out."""

from clara_engine.forest.binning import BinnedFeatures, FeatureBinning
from clara_engine.forest.contrast import ContrastSet
from clara_engine.forest.scores import Scores
from clara_engine.forest.settings import PRESETS, ForestSettings
from clara_engine.forest.urf import UnsupervisedForest

__all__ = [
    "PRESETS",
    "BinnedFeatures",
    "ContrastSet",
    "FeatureBinning",
    "ForestSettings",
    "Scores",
    "UnsupervisedForest",
]
