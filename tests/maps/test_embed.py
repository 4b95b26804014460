from threading import Event, Thread

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from clara_engine.errors import Cancelled, DesignError, FeatureError
from clara_engine.maps import embed


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(3)
    label = np.repeat([0, 1, 2], 40)
    features = rng.normal(0, 1, (120, 30)) + rng.normal(0, 2, (3, 30))[label]
    features[:, -1] = 1.0
    return features.astype(np.float32), label


@pytest.mark.parametrize("kind", ["pca", "tsne", pytest.param("umap", marks=pytest.mark.heavy)])
def test_groups_stay_apart_and_bits_stay_the_same(groups, kind):
    features, label = groups
    plane = embed(kind, features, seed=5)
    assert plane.shape == (120, 2)
    assert silhouette_score(plane, label) > 0.4
    np.testing.assert_array_equal(plane, embed(kind, features, seed=5))


def test_pca_matches_the_eigenvectors_of_the_correlation_matrix(groups):
    features = groups[0][:, :-1].astype(float)
    z = (features - features.mean(0)) / features.std(0)
    _, vectors = np.linalg.eigh(z.T @ z)
    expected = z @ vectors[:, ::-1][:, :2]
    plane = embed("pca", groups[0])
    np.testing.assert_allclose(np.abs(plane), np.abs(expected), atol=1e-3)


@pytest.mark.parametrize("kind", ["tsne", pytest.param("umap", marks=pytest.mark.heavy)])
def test_map_is_cancelled(groups, kind):
    def stop(done, total):
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        embed(kind, groups[0], progress=stop)


@pytest.mark.heavy
def test_a_cancelled_map_leaves_the_next_one_free(groups):
    from tqdm.auto import tqdm

    def stop(done, total):
        raise Cancelled("cancelled")

    def cancelled():
        with pytest.raises(Cancelled):
            embed("umap", groups[0], progress=stop)

    def next_one():
        job.join()
        with tqdm.get_lock():
            free.set()

    free, job = Event(), Thread(target=cancelled)
    job.start()
    Thread(target=next_one, daemon=True).start()
    assert free.wait(120)


@pytest.mark.parametrize("kind", ["tsne", pytest.param("umap", marks=pytest.mark.heavy)])
def test_progress_reaches_the_end(groups, kind):
    told = []
    embed(kind, groups[0], progress=lambda done, total: told.append((done, total)))
    assert len(told) > 1
    assert told[-1][0] >= 0.9 * told[-1][1]
    assert told == sorted(told)


def test_settings_out_of_range_are_refused(groups):
    with pytest.raises(DesignError, match="perplexity = 1 is out of range: 2 to 500"):
        embed("tsne", groups[0], perplexity=1)
    with pytest.raises(DesignError, match="min_dist"):
        embed("tsne", groups[0], min_dist=0.5)


@pytest.mark.parametrize(
    ("kind", "features", "message"),
    [
        ("umbrella", np.zeros((9, 3)), "no map called"),
        ("pca", np.zeros((3, 3)), "too few"),
        ("pca", np.full((9, 3), np.nan), "NaN"),
    ],
)
def test_bad_input(kind, features, message):
    with pytest.raises(FeatureError, match=message):
        embed(kind, features)
