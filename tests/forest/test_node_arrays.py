"""Forests as plain arrays of nodes: against scikit-learn, against the publication, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

from clara_engine.errors import ModelFileError
from clara_engine.features import feature_set
from clara_engine.forest import PRESETS, ForestSettings
from clara_engine.forest.node_arrays import read_node_arrays
from clara_engine.readers import read_light_curves

#: The processing that the publication used.
PUBLISHED = "spoc-5.0.10-20200904"


def nodes_of(model):
    """The arrays of a forest of scikit-learn."""
    trees = [one.tree_ for one in model.estimators_]
    joined = {
        name: np.concatenate([getattr(tree, attribute) for tree in trees])
        for name, attribute in (
            ("feature", "feature"),
            ("threshold", "threshold"),
            ("left", "children_left"),
            ("right", "children_right"),
        )
    }
    shares = [tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1) for tree in trees]
    return joined | {"counts": np.array([tree.node_count for tree in trees]), "p_real": np.concatenate(shares)}


@pytest.fixture(scope="module")
def grown():
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(size=(90, 6)), rng.normal(size=(50, 6)) + 0.7]).astype(np.float32)
    model = RandomForestClassifier(12, random_state=1, bootstrap=False).fit(rows, np.repeat([1, 0], [90, 50]))
    return model, rows


def read(path, **changed):
    asked = {"settings": ForestSettings(), "feature_set": "six", "n_features": 6, "n_real": 90, "n_contrast": 50}
    return read_node_arrays(path, **asked | changed)


def test_a_forest_of_scikit_learn_scores_as_there(grown, tmp_path):
    model, _ = grown
    np.savez(tmp_path / "f.npz", **nodes_of(model))
    forest = read(tmp_path / "f.npz")
    new = np.random.default_rng(2).normal(size=(300, 6)).astype(np.float32)
    assert forest.anomaly_score(new) == pytest.approx(model.predict_proba(new)[:, 0], abs=1e-15)
    assert forest.settings.n_estimators == 12


def test_importances_and_populations_are_rebuilt_from_the_shares(grown, tmp_path):
    model, rows = grown
    np.savez(tmp_path / "f.npz", **nodes_of(model))
    forest = read(tmp_path / "f.npz")
    assert forest.feature_importances_ == pytest.approx(model.feature_importances_, abs=1e-9)
    leaves = model.apply(rows[:90])
    share = np.mean([(leaves[:, t, None] == leaves[None, :, t]).mean(axis=1) for t in range(12)], axis=0)
    assert forest.weirdness(rows[:90]) == pytest.approx(1 - share, abs=1e-12)


def test_it_is_saved_and_loaded_like_any_other(grown, tmp_path):
    np.savez(tmp_path / "f.npz", **nodes_of(grown[0]))
    forest = read(tmp_path / "f.npz")
    forest.save(tmp_path / "model")
    again = type(forest).load(tmp_path / "model")
    assert np.array_equal(again.anomaly_score(grown[1]), forest.anomaly_score(grown[1]))


@pytest.mark.parametrize("name", ["P3", "P5", "P9"])
def test_published_forests_give_the_published_scores(shared_data, name):
    labels = pd.read_csv(shared_data / "spoc_s0001_2min" / "labels.csv")
    labels = labels[(labels["procver"] == PUBLISHED) & labels[f"clara_{name.lower()}"].notna()]
    rows = []
    for file in labels["filename"]:
        path = next((shared_data / "spoc_s0001_2min").glob(f"{file}*"))
        rows += [feature_set("flux_power").compute(curve) for curve in read_light_curves(path)]
    forest = read_node_arrays(
        shared_data / "clara_published" / "models" / f"{name}.npz",
        settings=PRESETS[name],
        feature_set="flux_power",
        n_features=4000,
        n_real=1416,
        n_contrast=300,
    )
    assert len(rows) == len(labels) >= 2
    found = forest.anomaly_score(np.array(rows, np.float32))
    assert found == pytest.approx(labels[f"clara_{name.lower()}"].to_numpy(), abs=1e-14)
    # 1416 real light curves (METHOD section 4): without bootstrap all of them are in each tree
    if name == "P3":
        assert (np.add.reduceat(forest.population_, forest.trees_.roots[:-1]) == 1416).all()


def broken(arrays, name, place, value):
    changed = {key: array.copy() for key, array in arrays.items()}
    changed[name][place] = value
    return changed


@pytest.mark.parametrize(
    ("name", "place", "value", "words"),
    [
        ("left", 0, 0, "not in its tree|parents"),  # the root is its own child: it would never end
        ("right", 0, 10_000, "not in its tree"),
        ("feature", 0, 77, "does not have"),
        ("p_real", 1, 1.5, "no number in its range"),
        ("threshold", 0, np.nan, "no number in its range"),
        ("counts", 0, 1, "add up"),
    ],
)
def test_arrays_that_are_no_forest_are_refused(grown, tmp_path, name, place, value, words):
    np.savez(tmp_path / "f.npz", **broken(nodes_of(grown[0]), name, place, value))
    with pytest.raises(ModelFileError, match=words):
        read(tmp_path / "f.npz")


def test_a_pickle_is_never_read(grown, tmp_path):
    arrays = nodes_of(grown[0])
    np.savez(tmp_path / "f.npz", **arrays | {"p_real": np.array([{"a": 1}] * 3, object)})
    with pytest.raises(ModelFileError, match="plain arrays"):
        read(tmp_path / "f.npz")
    (tmp_path / "f.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ModelFileError):
        read(tmp_path / "f.npz")
    del arrays["left"]
    np.savez(tmp_path / "f.npz", **arrays)
    with pytest.raises(ModelFileError, match="no array left"):
        read(tmp_path / "f.npz")
