"""Settings of ways of clustering."""

import pytest

from clara_engine.clusters.settings import METHODS, cluster_settings
from clara_engine.errors import DesignError, FeatureError


@pytest.mark.parametrize("kind", METHODS)
def test_every_way_has_settings_of_its_own_kind(kind):
    assert isinstance(cluster_settings(kind), METHODS[kind])


def test_what_there_is_not_is_refused():
    with pytest.raises(FeatureError, match="choose one of"):
        cluster_settings("astrology")
    with pytest.raises(DesignError):
        cluster_settings("kmeans", clusters=0)
