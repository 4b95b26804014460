"""The features by which synthetic light curves differ most from the real ones."""

import numpy as np
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.features import feature_set
from clara_engine.studies.distinct_features import distinct_features

FEATURES = "flux_power"


def test_what_lies_farthest_from_the_stars_comes_first(trained):
    ids, real = trained.features.matrix(FEATURES)
    low, middle, high = np.percentile(real, (16, 50, 84), axis=0)
    place = int(np.argmax(high - low > 0))
    synthetic = np.tile(middle, (3, 1))
    synthetic[:, place] -= 7 * (high - low)[place] / 2
    table = distinct_features(trained, FEATURES, synthetic)
    first = table.iloc[0]
    assert first["feature"] == feature_set(FEATURES).blocks[0].label(place)
    assert first["spreads"] == pytest.approx(-7)
    assert first["real"] == pytest.approx(middle[place])
    assert len(table) == int((high > low).sum())
    assert len(ids) == len(real)
    np.testing.assert_allclose(table["spreads"].iloc[1:], 0, atol=1e-6)


def test_without_features_it_says_what_to_do(workspace):
    with pytest.raises(WorkspaceError, match=f"no features of the set '{FEATURES}'.* --set {FEATURES}"):
        distinct_features(workspace, FEATURES, np.zeros((1, feature_set(FEATURES).size)))
