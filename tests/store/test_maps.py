"""Maps on disk: found by all that fixes them, with what places new stars."""

import numpy as np
import pytest

from clara_engine.errors import ClaraError
from clara_engine.maps import fit_map
from clara_engine.store.maps import MapRequest, places


def test_a_request_is_named_by_source_settings_and_seed():
    first = MapRequest.of("features", "flux_power", "tsne")
    assert first.place == "flux_power"
    assert MapRequest.of("leaves", "2026 run/1", "tsne").place == "leaves-2026_run_1"
    assert MapRequest.of("parameters", "teff_k,logg", "pca").place.startswith("parameters-")
    others = [MapRequest.of("features", "flux_power", "tsne", seed=1), MapRequest.of("features", "flux_power", "umap")]
    assert len({one.recipe for one in (first, *others)}) == 3
    with pytest.raises(ClaraError):
        MapRequest.of("features", "flux_power", "circle")


def test_a_map_comes_back_while_its_rows_stay_the_same(trained):
    request = MapRequest.of("features", "flux_power", "pca", seed=5)
    ids, rows = trained.features.matrix("flux_power")
    fitted, _ = fit_map(rows, request.settings, seed=5)
    assert trained.maps.find(request) is None
    made = trained.maps.add(request, ids, fitted, {"created": 7.0})
    assert trained.maps.find(request).equals(made)
    assert trained.maps.facts(request) == {"created": 7.0}
    np.testing.assert_allclose(places(trained.maps.newest(request)).to_numpy(), fitted.plane)
    np.testing.assert_allclose(trained.maps.fitted(request).place(rows[:3]), fitted.place(rows[:3]))
    assert trained.maps.find(MapRequest.of("features", "flux_power", "pca", seed=6)) is None
