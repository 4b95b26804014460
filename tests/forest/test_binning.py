import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clara_engine.errors import Cancelled, FeatureError, WorkspaceError
from clara_engine.forest import BinnedFeatures, FeatureBinning

numbers = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0, 1e-6, -1e30, 1e30])
tables = arrays(np.float32, st.tuples(st.integers(1, 400), st.integers(1, 3)), elements=numbers)


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(0, 2**31))
def test_codes_count_the_edges_below_a_value(real, seed):
    binning = FeatureBinning.fit(real, n_jobs=1)
    assert (np.diff(binning.edges, axis=1)[np.isfinite(np.diff(binning.edges, axis=1))] >= 0).all()
    rng = np.random.default_rng(seed)
    new = np.concatenate([real, real * np.float32(1.5), rng.normal(size=real.shape).astype(np.float32)])
    new = new[np.isfinite(new).all(axis=1)]
    codes = binning.transform(new, n_jobs=1)
    for f, edges in enumerate(binning.edges):
        assert np.array_equal(codes[f], np.searchsorted(edges, new[:, f], side="left"))


@settings(max_examples=40, deadline=None)
@given(arrays(np.float32, st.integers(1, 230), elements=st.integers(-(2**20), 2**20).map(float)))
def test_few_distinct_values_keep_a_code_each(values):
    codes = FeatureBinning.fit(values[:, None], n_jobs=1).transform(values[:, None])[0]
    assert np.unique(codes).size == np.unique(values).size


def test_values_outside_the_fitted_range_have_codes_of_their_own():
    real = np.random.default_rng(0).normal(size=(1000, 1))
    binning = FeatureBinning.fit(real)
    codes = binning.transform([[real.min() - 0.1], [real.min()], [real.max()], [real.max() + 0.1]])[0]
    assert codes[0] < codes[1] < codes[2] < codes[3]
    assert binning.transform([[1e38], [-1e38]])[0].tolist() == [255, 0]


def test_the_tails_are_resolved():
    real = np.random.default_rng(0).normal(size=(10_000, 1)).astype(np.float32)
    codes = FeatureBinning.fit(real).transform(real)[0]
    beyond = np.abs(real[:, 0]) > 3
    assert beyond.sum() < 40
    of_quantiles = np.ceil(256 * beyond.mean() + 2)
    assert np.unique(codes[beyond]).size > 2 * of_quantiles


def test_edges_of_a_sample_are_seeded_and_span_all_rows():
    real = np.random.default_rng(1).normal(size=(3000, 2))
    real[17] = 50
    a, b, c = (FeatureBinning.fit(real, sample_rows=500, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(a.edges, b.edges)
    assert a.fingerprint == b.fingerprint != c.fingerprint
    assert (a.maximum == 50).all()
    assert np.array_equal(a.edges, FeatureBinning.fit(real, sample_rows=500, n_jobs=1).edges)


def test_take_picks_rows_by_number_or_mask():
    real = np.random.default_rng(0).normal(size=(30, 4))
    binned = FeatureBinning.fit(real).bin(real)
    mask = np.zeros(30, bool)
    mask[[3, 7]] = True
    assert binned.shape == (30, 4)
    for rows in ([3, 7], mask):
        assert np.array_equal(binned.take(rows).codes, binned.codes[:, [3, 7]])


def test_saved_codes_are_mapped_and_can_not_be_written(tmp_path):
    real = np.random.default_rng(0).normal(size=(30, 4))
    binned = FeatureBinning.fit(real, feature_set="flux_power").bin(real)
    binned.save(tmp_path)
    opened = BinnedFeatures.open(tmp_path)
    assert opened.binning.feature_set == "flux_power"
    assert opened.binning.fingerprint == binned.binning.fingerprint
    assert np.array_equal(opened.codes, binned.codes)
    with pytest.raises(ValueError, match="read-only"):
        opened.codes[0, 0] = 1


@pytest.mark.parametrize("damage", ["codes.npy", "binning.npz"])
def test_damaged_codes_are_refused(tmp_path, damage):
    real = np.ones((30, 4))
    FeatureBinning.fit(real).bin(real).save(tmp_path)
    (tmp_path / damage).write_bytes((tmp_path / damage).read_bytes()[:40])
    with pytest.raises((WorkspaceError, FeatureError), match=f"{damage} is damaged"):
        BinnedFeatures.open(tmp_path)


def test_binning_can_be_cancelled():
    def cancel(done, total):
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        FeatureBinning.fit(np.ones((10, 2)), progress=cancel)


def test_rows_are_numbered_from_the_first_of_all():
    real = np.ones((2000, 3))
    real[1500, 2] = np.nan
    with pytest.raises(FeatureError, match="feature 2 of row 1500 is nan"):
        FeatureBinning.fit(real)
