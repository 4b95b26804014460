import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.forest import FeatureBinning, UnsupervisedForest
from clara_engine.forest.contrast import from_features, labelled, marginal, picked, uniform_global


@pytest.fixture
def real():
    rng = np.random.default_rng(0)
    base = rng.normal(size=(400, 1))
    return (base + 0.1 * rng.normal(size=(400, 6))).astype(np.float32)


def test_uniform_fills_the_one_range_of_all_features(real):
    real[:, 0] *= 10
    contrast = uniform_global(real, np.random.default_rng(1))
    assert contrast.features.shape == real.shape
    assert real.min() <= contrast.features.min() < contrast.features.max() <= real.max()
    for column in contrast.features.T:
        assert np.ptp(column) > 0.95 * np.ptp(real)
    assert len(uniform_global(real, np.random.default_rng(1), rows=7)) == 7


def test_uniform_of_binned_rows_is_the_binned_uniform(real):
    binned = FeatureBinning.fit(real).bin(real)
    contrast = uniform_global(binned, np.random.default_rng(1)).features
    plain = uniform_global(real, np.random.default_rng(1)).features
    assert np.array_equal(contrast.codes, binned.binning.transform(plain))


@pytest.mark.parametrize("as_binned", [False, True])
def test_marginal_keeps_columns_and_breaks_their_bonds(real, as_binned, tmp_path):
    np.save(tmp_path / "real.npy", real)
    mapped = np.load(tmp_path / "real.npy", mmap_mode="r")
    given = FeatureBinning.fit(real).bin(mapped) if as_binned else mapped
    contrast = marginal(given, np.random.default_rng(1)).features
    columns, shuffled = (given.codes, contrast.codes) if as_binned else (real.T, contrast.T)
    assert np.array_equal(np.sort(shuffled, axis=1), np.sort(columns, axis=1))
    assert abs(np.corrcoef(shuffled.astype(float))[0, 1]) < 0.2 < 0.9 < np.corrcoef(columns.astype(float))[0, 1]
    forest = UnsupervisedForest(60, random_state=0).fit(given, contrast)
    odd = real[:1] * np.array([1, -1, 1, -1, 1, -1]) + np.array([2, -2, 2, -2, 2, -2])
    assert forest.anomaly_score(odd)[0] > np.quantile(forest.oob_anomaly_score_, 0.95)


@pytest.mark.parametrize("as_binned", [False, True])
def test_picked_rows_leave_the_real_class(real, as_binned):
    given = FeatureBinning.fit(real).bin(real) if as_binned else real
    contrast, remaining, rows = picked(given, [5, 3, 5])
    assert len(contrast) == 2
    assert len(remaining) == 398
    assert not {3, 5} & set(rows)
    assert contrast.provenance["rows"] == [3, 5]
    if not as_binned:
        assert np.array_equal(contrast.features, real[[3, 5]])
        assert np.array_equal(remaining, real[rows])
    assert UnsupervisedForest(3).fit(remaining, contrast).n_real_ == 398


@pytest.mark.parametrize("rows", [[], [400], [-1], range(400)])
def test_unusable_picks_are_refused(real, rows):
    with pytest.raises(FeatureError):
        picked(real, list(rows))


def test_labels_and_designs_are_kept(real):
    assert labelled(real[:5], "EB").provenance == {"label": "EB"}
    assert from_features(real[:5], {"curves": 5}).kind == "synthetic"
    with pytest.raises(FeatureError, match="is nan"):
        labelled(real[:5] * np.nan, "EB")


def test_contrast_binned_with_other_edges_is_refused(real):
    binned = FeatureBinning.fit(real).bin(real)
    other = FeatureBinning.fit(2 * real).bin(real)
    with pytest.raises(FeatureError, match="other edges"):
        UnsupervisedForest(2).fit(binned, other)
