"""Cross-fitting by star: a tree has seen a star in every form, or in none."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from clara_engine.errors import DesignError, FeatureError
from clara_engine.forest import FeatureBinning, UnsupervisedForest, explain
from clara_engine.forest.bags import StarBags, companions


def sky(stars=120, sectors=2, copies=3, features=30, seed=0):
    """Rows of stars, each with a mark of its own, and copies of half of them with a signal; with their stars."""
    rng = np.random.default_rng(seed)
    marks = rng.normal(size=(stars, features))
    of_real = np.repeat(np.arange(stars), sectors)
    of_copy = np.repeat(np.arange(0, stars, 2), copies)
    real = marks[of_real] + 0.1 * rng.normal(size=(of_real.size, features))
    copy = marks[of_copy] + 0.1 * rng.normal(size=(of_copy.size, features))
    copy[:, 0] += 2
    return real, copy, of_real, of_copy


@pytest.mark.parametrize("bootstrap", [True, False])
def test_a_star_is_scored_only_by_trees_that_saw_nothing_of_it(bootstrap):
    real, copy, of_real, of_copy = sky()
    fit = {"real_stars": of_real, "contrast_stars": of_copy}
    forest = UnsupervisedForest(60, bootstrap=bootstrap, random_state=0).fit(real, copy, **fit)
    changed = real.copy()
    mine = np.flatnonzero(of_real == 4)
    changed[mine] += 100  # whatever a star is, trees that never saw it are the same
    other_copy = copy.copy()
    other_copy[of_copy == 4] -= 100
    binning = FeatureBinning.fit(real)
    both = [
        UnsupervisedForest(60, bootstrap=bootstrap, random_state=0).fit(binning.bin(rows), copies, **fit)
        for rows, copies in ((real, copy), (changed, other_copy))
    ]
    one, two = (f.scores(real[mine], stars=of_real[mine]) for f in both)
    assert np.array_equal(one.anomaly, two.anomaly)
    assert np.array_equal(one.weirdness, two.weirdness)
    assert not np.array_equal(both[0].scores(real[mine]).anomaly, both[1].scores(real[mine]).anomaly)
    share = forest.star_trees_.mean(axis=1)
    assert share.min() > 0.15
    assert share.max() < 0.6
    assert share.mean() == pytest.approx(0.368 + 0.632 / 60, abs=0.02)


@pytest.mark.parametrize("bootstrap", [True, False])
def test_few_trees_leave_out_every_star_all_the_same(bootstrap):
    real, copy, of_real, of_copy = sky()
    stars = {"real_stars": of_real, "contrast_stars": of_copy}
    forest = UnsupervisedForest(2, bootstrap=bootstrap, random_state=0).fit(real, copy, **stars)
    assert np.isfinite(forest.oob_anomaly_score_).all()
    with pytest.raises(DesignError, match="n_estimators = 1: the only tree can't leave out every star"):
        UnsupervisedForest(1).fit(real, copy, **stars)


def test_who_carries_copies_can_not_be_told():
    """Out of bag by rows, a host is recognised by its copies; by stars it is not."""
    real, copy, of_real, of_copy = sky(stars=300, sectors=1)
    host = np.isin(of_real, of_copy)
    settings = {"n_estimators": 200, "random_state": 0}
    by_row = UnsupervisedForest(**settings).fit(real, copy).oob_anomaly_score_
    by_star = UnsupervisedForest(**settings).fit(real, copy, real_stars=of_real, contrast_stars=of_copy)
    assert roc_auc_score(host, by_row) > 0.68
    assert abs(roc_auc_score(host, by_star.oob_anomaly_score_) - 0.5) < 0.06


def test_few_stars_that_carry_copies_do_not_look_tamer_than_the_others():
    """Trees that leave out a host are shown fewer copies of stars like it; its companion is left out with it."""
    areas = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        marks = rng.normal(size=(60, 10)) * np.r_[0.3, np.ones(9)]
        half = rng.permutation(60)[:30]
        for hosts in (half, np.setdiff1d(np.arange(60), half)):
            of_copy = np.repeat(hosts, 3)
            copy = marks[of_copy] + 0.05 * rng.normal(size=(90, 10)) + 0.4 * np.eye(10)[0]
            forest = UnsupervisedForest(100, min_samples_leaf=5, contrast_to_real=2.0, random_state=seed)
            forest.fit(marks, copy, real_stars=range(60), contrast_stars=of_copy)
            areas.append(roc_auc_score(np.isin(range(60), hosts), forest.oob_anomaly_score_))
    assert abs(np.mean(areas) - 0.5) < 0.011  # .482 when every star is drawn alone


def test_a_star_without_copies_is_drawn_with_one_that_has_some():
    hosts, star_of = np.arange(0, 60, 3), np.r_[np.arange(60), 2, np.repeat(np.arange(0, 60, 3), 2), 60]
    group = companions(star_of, 61, np.random.default_rng(0))  # the last has no light curve as it is
    assert np.bincount(group[:60]).tolist() == [3] * 20
    assert len(set(group[hosts])) == 20
    assert group[60] not in group[:60]
    few = np.r_[np.arange(60), hosts[1:]]
    assert companions(few, 60, np.random.default_rng(0)).tolist() == list(range(60))
    every = np.r_[np.arange(60), np.arange(60)]
    assert companions(every, 60, np.random.default_rng(0)).tolist() == list(range(60))
    forest = UnsupervisedForest(50, random_state=0)
    real, copy, of_real, of_copy = sky()
    forest.fit(real, copy, real_stars=of_real, contrast_stars=of_copy)
    alike = {trees.tobytes() for trees in forest.star_trees_}
    assert len(alike) == 60  # of 120 stars, half of which carry copies


def test_unknown_stars_are_scored_by_all_trees_and_keys_may_be_numbers_or_names():
    real, copy, of_real, of_copy = sky()
    forest = UnsupervisedForest(40, random_state=0).fit(real, copy, real_stars=of_real, contrast_stars=of_copy)
    new = sky(seed=1)[0]
    assert np.array_equal(forest.scores(new, stars=of_real + 1000).anomaly, forest.scores(new).anomaly)
    by_name = forest.scores(real, stars=[str(star) for star in of_real])
    assert np.array_equal(by_name.anomaly, forest.scores(real, stars=of_real).anomaly)
    assert np.array_equal(by_name.anomaly, forest.oob_anomaly_score_)
    assert np.array_equal(forest.trees_for(of_real), forest.oob_trees_)
    assert np.array_equal(forest.trees_for([7, 5000]), [forest.star_trees_[forest.stars_ == "7"][0], np.ones(40)])


def test_weirdness_counts_the_rows_that_grew_each_tree():
    real, copy, of_real, of_copy = sky(stars=60)
    forest = UnsupervisedForest(15, random_state=3).fit(real, copy, real_stars=of_real, contrast_stars=of_copy)
    leaves = forest.apply(real)
    for row in (0, 17, 80):
        found = []
        for tree in np.flatnonzero(forest.oob_trees_[row]):
            saw = ~forest.oob_trees_[:, tree]
            found.append((leaves[saw, tree] == leaves[row, tree]).mean())
        assert forest.oob_weirdness_[row] == pytest.approx(1 - np.mean(found))


def test_rows_drawn_one_by_one_keep_their_bits_when_the_stars_are_told():
    real, copy, of_real, of_copy = sky()
    plain = UnsupervisedForest(40, random_state=0).fit(real, copy)
    told = UnsupervisedForest(40, random_state=0).fit(
        real, copy, real_stars=of_real, contrast_stars=of_copy, by_star=False
    )
    assert told.oob_anomaly_score_.tobytes() == plain.oob_anomaly_score_.tobytes()
    assert told.scores(real).weirdness.tobytes() == plain.scores(real).weirdness.tobytes()
    assert np.array_equal(told.trees_for([3])[0], told.oob_trees_[of_real == 3].all(axis=0) & told.trees_for([3])[0])
    assert told.trees_for([3]).mean() < 0.5


def test_each_contrast_row_without_a_star_is_a_star_of_its_own():
    real, copy, of_real, _ = sky()
    forest = UnsupervisedForest(200, random_state=0).fit(real, copy, real_stars=of_real)
    assert forest.stars_.size == 120
    assert forest.oob_anomaly_score_.shape == (240,)
    assert np.array_equal(forest.oob_trees_[0], forest.oob_trees_[1])


@pytest.mark.parametrize("bootstrap", [True, False])
def test_stars_are_kept_with_the_model(tmp_path, bootstrap):
    real, copy, of_real, of_copy = sky()
    names = [f"TIC {star}" for star in of_real], [f"TIC {star}" for star in of_copy]
    forest = UnsupervisedForest(13, bootstrap=bootstrap, random_state=0)
    forest.fit(real, copy, real_stars=names[0], contrast_stars=names[1]).save(tmp_path / "model")
    loaded = UnsupervisedForest.load(tmp_path / "model")
    assert loaded.stars_.tolist() == forest.stars_.tolist()
    assert np.array_equal(loaded.star_trees_, forest.star_trees_)
    one, two = (f.scores(real, stars=names[0]) for f in (forest, loaded))
    assert one.anomaly.tobytes() == two.anomaly.tobytes()
    assert one.weirdness.tobytes() == two.weirdness.tobytes()


def test_scores_of_stars_are_explained_by_the_trees_that_made_them():
    real, copy, of_real, of_copy = sky()
    forest = UnsupervisedForest(40, random_state=0).fit(real, copy, real_stars=of_real, contrast_stars=of_copy)
    why = explain(forest, real, forest.trees_for(of_real))
    assert np.allclose(why.bias + why.contributions.sum(axis=1), forest.oob_anomaly_score_)


def test_bags_are_of_stars():
    star_of = np.array([0, 0, 1, 2, 2, 2, 3, 1])
    settings = UnsupervisedForest(7).settings
    bags = StarBags(settings, star_of, 6, 5)
    for tree, seed in enumerate(np.arange(7, dtype=np.uint64)):
        counts = bags.counts(tree, seed)
        assert bags.stars(tree, seed).sum() in (3, 4)
        assert all(len(set(counts[star_of == star])) == 1 for star in range(4))
    assert bags.unseen(np.arange(7, dtype=np.uint64)).any(axis=1).all()
    once = StarBags(settings.model_copy(update={"bootstrap": False}), star_of, 6, 5)
    assert max(once.stars(tree, 9).max() for tree in range(7)) == 1


@pytest.mark.parametrize(
    ("stars", "words"),
    [
        ({"real_stars": [1, 2]}, "2 stars are named for 240 real rows"),
        ({"real_stars": range(240), "contrast_stars": [1]}, "1 star is named for 180 contrast rows"),
        ({"contrast_stars": range(180)}, "the real rows have none"),
        ({"real_stars": [""] * 240}, "row 0 of the real rows has no star"),
    ],
)
def test_stars_that_do_not_fit_are_one_line(stars, words):
    real, copy, _, _ = sky()
    with pytest.raises(FeatureError, match=words):
        UnsupervisedForest(3).fit(real, copy, **stars)


def test_scores_hang_on_the_weight_of_the_contrast_class_and_not_on_its_number_of_rows():
    real, copy, of_real, of_copy = sky(stars=200, sectors=1)
    fewer = np.arange(of_copy.size) % 3 == 0  # one copy of each host instead of three

    def pair(**weights):
        wanted = {"random_state": 0, "min_samples_leaf": 5} | weights
        return [
            UnsupervisedForest(300, **wanted).fit(real, copy[rows], real_stars=of_real, contrast_stars=of_copy[rows])
            for rows in (slice(None), fewer)
        ]

    every, some = pair(contrast_to_real=2.0)
    for forest in (every, some):
        assert forest.trees_.share[forest.trees_.roots[:-1]].mean() == pytest.approx(2 / 3, abs=0.02)
    new = sky(stars=200, sectors=1, seed=3)[0]
    by_count = pair()
    kept, moved = (
        abs(one.scores(new).anomaly.mean() - two.scores(new).anomaly.mean()) for one, two in ((every, some), by_count)
    )
    assert kept < 0.5 * moved
    by_rows = UnsupervisedForest(50, contrast_to_real=2.0, random_state=0, oob_score=False).fit(real, copy)
    assert by_rows.trees_.share[by_rows.trees_.roots[:-1]].mean() == pytest.approx(2 / 3, abs=0.02)
    with pytest.raises(DesignError, match="class_weight and contrast_to_real say the same"):
        UnsupervisedForest(3, contrast_to_real=2.0, class_weight="balanced").fit(real, copy)
