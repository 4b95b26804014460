import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from clara_engine.errors import DesignError
from clara_engine.forest import PRESETS, ForestSettings, UnsupervisedForest


@pytest.mark.parametrize(
    ("bad", "allowed"),
    [
        ({"n_estimators": 0}, "1 to 10000"),
        ({"n_estimators": 2.5}, "whole numbers"),
        ({"max_features": "all"}, "'sqrt', 'log2'"),
        ({"max_features": 0}, "from 1"),
        ({"max_features": 1.5}, "fraction up to 1.0"),
        ({"max_depth": 0}, "None for no limit"),
        ({"min_samples_split": 1}, "from 2"),
        ({"min_samples_leaf": 0}, "from 1"),
        ({"bootstrap": "perhaps"}, "True or False"),
        ({"class_weight": {2: 1.0}}, "{0: contrast, 1: real}"),
        ({"class_weight": {0: -1.0}}, "positive"),
    ],
    ids=str,
)
def test_messages_name_field_value_and_range(bad, allowed):
    with pytest.raises(DesignError) as caught:
        ForestSettings(**bad)
    (name, value), message = next(iter(bad.items())), str(caught.value)
    assert name in message
    assert str(value if not isinstance(value, dict) else next(iter(value.values()))) in message
    assert allowed in message
    assert "\n" not in message


def test_unknown_settings_are_refused():
    with pytest.raises(DesignError, match="no forest setting is called trees; there are n_estimators"):
        ForestSettings(trees=5)


def test_numpy_numbers_are_numbers():
    assert ForestSettings(n_estimators=np.int64(50)).n_estimators == 50


@pytest.mark.parametrize("wanted", ["sqrt", "log2", 5, 0.25, 0.001, None, 1.0, 1])
def test_features_per_node_are_those_of_scikit_learn(wanted):
    features = np.random.default_rng(0).normal(size=(20, 70))
    reference = RandomForestClassifier(1, max_features=wanted).fit(features, np.arange(20) % 2).estimators_[0]
    assert ForestSettings(max_features=wanted).features_per_node(70) == reference.max_features_


def test_presets_are_the_published_forests():
    assert PRESETS["P3"].model_dump(include={"n_estimators", "max_features", "min_samples_split", "bootstrap"}) == {
        "n_estimators": 83,
        "max_features": "log2",
        "min_samples_split": 4,
        "bootstrap": False,
    }
    assert PRESETS["P5"] == PRESETS["P9"]
    assert PRESETS["URF2"].max_depth == 700
    published = {  # trees, rows to split, rows in a leaf, features, depth, bootstrap
        "URF1": (50, 10, 1, "log2", 500, True),
        "URF3": (100, 10, 2, "log2", 700, True),
        "URF4": (100, 4, 1, "log2", 300, False),
    }
    names = ("n_estimators", "min_samples_split", "min_samples_leaf", "max_features", "max_depth", "bootstrap")
    for name, values in published.items():
        assert tuple(getattr(PRESETS[name], field) for field in names) == values
    for preset in PRESETS.values():
        assert UnsupervisedForest.from_settings(preset).settings == preset


def test_settings_survive_json():
    settings = ForestSettings(class_weight={0: 2.0, 1: 1.0}, max_features=0.5)
    assert ForestSettings(**settings.model_dump(mode="json")) == settings
