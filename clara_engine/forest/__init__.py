"""The unsupervised random forest: contrast sets in; scores, reasons and neighbours out."""

from clara_engine.forest.binning import BinnedFeatures, FeatureBinning
from clara_engine.forest.contrast import ContrastSet
from clara_engine.forest.explain import Explanation, explain, permuted_importances
from clara_engine.forest.neighbours import leaf_neighbours
from clara_engine.forest.scores import Scores
from clara_engine.forest.settings import PRESETS, ForestSettings
from clara_engine.forest.tune import Trial, tune
from clara_engine.forest.urf import UnsupervisedForest

__all__ = [
    "PRESETS",
    "BinnedFeatures",
    "ContrastSet",
    "Explanation",
    "FeatureBinning",
    "ForestSettings",
    "Scores",
    "Trial",
    "UnsupervisedForest",
    "explain",
    "leaf_neighbours",
    "permuted_importances",
    "tune",
]
