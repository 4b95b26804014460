"""A forest of many classes, grown by the kernel that grows two."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from clara_engine.errors import FeatureError
from clara_engine.forest import FeatureBinning, ForestSettings, UnsupervisedForest
from clara_engine.forest.classes import ClassForest

CLASSES = ("none", "up", "down", "both")


def sky(stars=150, features=12, seed=0, shift=2.2):
    """Stars with marks of their own, and copies of each with one of three signals."""
    rng = np.random.default_rng(seed)
    marks = rng.normal(size=(stars, features))
    rows = [marks + 0.3 * rng.normal(size=marks.shape) for _ in CLASSES]
    rows[1][:, 0] += shift
    rows[2][:, 1] -= shift
    rows[3][:, 0] += shift
    rows[3][:, 1] -= shift
    return rows


def grown(rows, seed=0, stars=None, **settings):
    binning = FeatureBinning.fit(rows[0])
    whose = np.arange(len(rows[0])) if stars is None else stars
    sets = [(name, binning.bin(part), whose) for name, part in zip(CLASSES, rows, strict=True)]
    chosen = {"n_estimators": 150, "max_features": 4, "min_samples_leaf": 2} | settings
    n_jobs = chosen.pop("n_jobs", -1)
    return ClassForest.grow(sets, ForestSettings(**chosen), seed, n_jobs=n_jobs), binning


def right(chance):
    return np.mean([(part.argmax(axis=1) == place).mean() for place, part in enumerate(chance)])


def test_new_stars_are_classed_as_well_as_by_scikit_learn():
    rows, new = sky(), sky(seed=1)
    forest, binning = grown(rows)
    ours = right([forest.fractions(binning.bin(part), np.arange(1000, 1150)) for part in new])
    labels = np.repeat(np.arange(4), 150)
    theirs = RandomForestClassifier(150, max_features=4, min_samples_leaf=2, random_state=0)
    theirs.fit(np.concatenate(rows), labels)
    assert ours == pytest.approx(right([theirs.predict_proba(part) for part in new]), abs=0.03)
    assert ours > 0.6


def test_two_classes_are_as_the_two_class_forest():
    real, copy = sky()[:2]
    stars = np.arange(150)
    new = sky(seed=1)[1]
    two = UnsupervisedForest(400, max_features=4, min_samples_leaf=2, oob_score=False, random_state=0)
    two.fit(real, copy, real_stars=stars, contrast_stars=stars)
    binning = FeatureBinning.fit(real)
    settings = ForestSettings(n_estimators=400, max_features=4, min_samples_leaf=2)
    many = ClassForest.grow([("none", binning.bin(real), stars), ("up", binning.bin(copy), stars)], settings, 1)
    chance = many.fractions(binning.bin(new), stars + 500)
    assert np.allclose(chance.sum(axis=1), 1)
    assert np.corrcoef(chance[:, 1], two.anomaly_score(new))[0, 1] > 0.97
    assert np.abs(chance[:, 1] - two.anomaly_score(new)).mean() < 0.03


def test_a_star_is_asked_of_trees_that_saw_nothing_of_it():
    rows = sky()
    other = [part.copy() for part in rows]
    for part in other[1:]:
        part[7] += 50
    one, binning = grown(rows)
    two, _ = grown(other)
    mine = binning.bin(rows[0][7:8])
    assert np.array_equal(one.fractions(mine, [7]), two.fractions(mine, [7]))
    assert not np.array_equal(one.fractions(mine, [9999]), two.fractions(mine, [9999]))
    assert one.unseen.sum(axis=1).min() > 0.2 * 150


def test_same_bits_whatever_the_number_of_threads():
    rows = sky()
    one, binning = grown(rows, n_jobs=1)
    three, _ = grown(rows, n_jobs=3)
    assert one.share.tobytes() == three.share.tobytes()
    codes = binning.bin(rows[2])
    assert one.fractions(codes, np.arange(150), 1).tobytes() == three.fractions(codes, np.arange(150), 3).tobytes()


def test_classes_weigh_the_same_however_many_rows_they_have():
    rows = sky()
    binning = FeatureBinning.fit(rows[0])
    settings = ForestSettings(n_estimators=50)
    few = [("none", binning.bin(rows[0]), np.arange(150)), ("up", binning.bin(rows[1][:20]), np.arange(20))]
    forest = ClassForest.grow(few, settings, 0)
    assert forest.share[forest.roots[:-1]].mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.06)


def test_sets_that_make_no_forest_are_one_line():
    rows = sky()
    binning, other = FeatureBinning.fit(rows[0]), FeatureBinning.fit(rows[1])
    full = ("none", binning.bin(rows[0]), np.arange(150))
    for sets, words in (
        ([full], "at least two classes"),
        ([full, full], "at least two classes, each once"),
        ([full, ("up", binning.bin(rows[1]).take([]), [])], "no rows of class up"),
        ([full, ("up", other.bin(rows[1]), np.arange(150))], "binned with other edges"),
    ):
        with pytest.raises(FeatureError, match=words):
            ClassForest.grow(sets, ForestSettings(n_estimators=3), 0)
