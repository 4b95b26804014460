"""Feature sets by name."""

import pytest

from clara_engine.errors import ClaraError
from clara_engine.features.feature_sets import feature_set


@pytest.mark.parametrize("name", ["flux_power", "steering"])
def test_a_feature_set_has_a_label_a_column(name):
    found = feature_set(name)
    assert len(found.labels) == found.size == len(set(found.labels))
    assert found.id.startswith(name)


def test_an_unknown_set_is_refused():
    with pytest.raises(ClaraError):
        feature_set("astrology")
