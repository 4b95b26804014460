"""Settings of ways of clustering."""

import pytest

from clara_engine.clusters.settings import METHODS, SHORT, cluster_settings
from clara_engine.errors import DesignError, FeatureError


@pytest.mark.parametrize("kind", METHODS)
def test_every_way_has_settings_of_its_own_kind(kind):
    assert isinstance(cluster_settings(kind), METHODS[kind])


def test_what_there_is_not_is_refused():
    with pytest.raises(FeatureError, match="choose one of"):
        cluster_settings("astrology")
    with pytest.raises(DesignError):
        cluster_settings("kmeans", clusters=0)


@pytest.mark.parametrize(("short", "kind"), SHORT.items())
def test_short_names_mean_the_same(short, kind):
    assert cluster_settings(short) == cluster_settings(short.upper()) == cluster_settings(kind)


def test_names_of_scikit_learn_are_understood():
    assert cluster_settings("gmm", n_components=3, covariance_type="tied").clusters == 3
    assert cluster_settings("dbscan", eps=0.8, min_samples=3).radius == 0.8


def test_an_unknown_setting_is_told_with_the_known_ones():
    with pytest.raises(DesignError, match="kmeans has no setting 'colour': it has clusters"):
        cluster_settings("kmeans", colour=3)
    with pytest.raises(DesignError, match="has clusters, covariance, concentration"):
        cluster_settings("dpmm", eps=0.5)
    with pytest.raises(FeatureError, match="gmm for gaussian_mixture"):
        cluster_settings("gnn")
