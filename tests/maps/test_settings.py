"""Settings of kinds of map."""

import pytest

from clara_engine.errors import DesignError, FeatureError
from clara_engine.maps.settings import MAPS, map_settings


@pytest.mark.parametrize("kind", MAPS)
def test_every_kind_has_settings_that_name_it(kind):
    assert map_settings(kind).kind == kind


def test_what_there_is_not_is_refused():
    with pytest.raises(FeatureError, match="choose one of"):
        map_settings("atlas")
    with pytest.raises(DesignError):
        map_settings("tsne", perplexity=-1)
