"""The unsupervised random forest: contrast sets in; scores, reasons and neighbours out."""

from typing import TYPE_CHECKING

from clara_engine.lazy import taken_when_asked

if TYPE_CHECKING:
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

taken_when_asked(
    __name__,
    {
        "forest.binning": (
            "BinnedFeatures",
            "FeatureBinning",
        ),
        "forest.contrast": ("ContrastSet",),
        "forest.explain": (
            "Explanation",
            "explain",
            "permuted_importances",
        ),
        "forest.neighbours": ("leaf_neighbours",),
        "forest.scores": ("Scores",),
        "forest.settings": (
            "PRESETS",
            "ForestSettings",
        ),
        "forest.tune": (
            "Trial",
            "tune",
        ),
        "forest.urf": ("UnsupervisedForest",),
    },
)
