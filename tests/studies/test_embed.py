"""Maps of a workspace: of features, leaves and parameters, extended and started from each other."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import Cancelled, DesignError, FeatureError, WorkspaceError
from clara_engine.progress import quiet
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.store.maps import MapRequest
from clara_engine.studies.embed import extended_map, make_map, place_on_map, usual_map
from clara_engine.studies.extract import extract_features
from tests.small_workspace import star


@pytest.fixture
def catalogued(workspace):
    random = np.random.default_rng(0)
    ids = workspace.targets.ids()
    table = pd.DataFrame(random.normal(size=(40, 3)), columns=["ruwe", "bp_rp", "lum_lsun"], index=ids)
    table.loc[ids[3], "ruwe"] = np.nan
    workspace.labels.add_parameters(table.iloc[:38], source="test")
    return workspace


def test_map_of_parameters_counts_the_stars_that_it_leaves_out(catalogued):
    request = MapRequest.of("parameters", "ruwe,bp_rp,teff_k", "pca", seed=3)
    assert catalogued.maps.find(request) is None
    assert catalogued.maps.facts(request) == {}
    table = make_map(catalogued, request)
    ids = catalogued.targets.ids()
    assert table["target_id"].tolist() == [ids[i] for i in range(38) if i != 3]
    facts = catalogued.maps.facts(request)
    assert (facts["targets"], facts["left_out"], facts["seed"]) == (37, 3, 3)
    assert facts["settings"] == {"kind": "pca", "components": 2}
    assert 0 <= facts["quality"]["neighbour_recall"] <= 1
    pd.testing.assert_frame_equal(catalogued.maps.find(request), table)
    catalogued.labels.add_parameters(pd.DataFrame({"ruwe": [1.0]}, index=[ids[3]]), source="test")
    assert catalogued.maps.find(request) is None
    assert len(make_map(catalogued, request)) == 38


def test_what_there_is_no_map_of_is_refused(catalogued):
    with pytest.raises(WorkspaceError, match="no parameter 'mass'"):
        make_map(catalogued, MapRequest.of("parameters", "mass", "pca"))
    with pytest.raises(WorkspaceError, match="no run 'x'"):
        make_map(catalogued, MapRequest.of("leaves", "x", "pca"))
    with pytest.raises(DesignError, match="source = 'moon' can't be used"):
        make_map(catalogued, MapRequest.of("moon", "x", "pca"))
    with pytest.raises(FeatureError, match="no map called"):
        usual_map(catalogued, "globe", "flux_power")
    with pytest.raises(WorkspaceError, match="no features"):
        usual_map(catalogued, "pca", "flux_power")


def test_settings_and_seed_make_a_map_of_their_own(trained):
    usual = usual_map(trained, "tsne", "flux_power")
    other = make_map(trained, MapRequest.of("features", "flux_power", "tsne", seed=1, perplexity=5))
    assert not np.allclose(usual[["x", "y"]], other[["x", "y"]])
    pd.testing.assert_frame_equal(usual_map(trained, "tsne", "flux_power"), usual)


def test_new_stars_are_placed_and_the_others_stay(workspace, tmp_path):
    extract_features(workspace, "flux_power", workers=1)
    request = MapRequest.of("features", "flux_power", "tsne")
    assert extended_map(workspace, request) is None
    before = make_map(workspace, request).set_index("target_id")
    for number in (2000, 2001):
        curve = star(number, seed=number)
        write_spoc(curve, tmp_path / spoc_file_name(curve.target))
    workspace.ingest([tmp_path])
    extract_features(workspace, "flux_power", workers=1)
    assert workspace.maps.find(request) is None
    after = extended_map(workspace, request).set_index("target_id")
    assert len(after) == 42
    assert [target_id[:5] for target_id in after.index[after["placed"]]] == ["2000-", "2001-"]
    pd.testing.assert_frame_equal(after.loc[before.index, ["x", "y"]], before)
    assert np.isfinite(after[["x", "y"]]).all(axis=None)
    rows = workspace.features.rows("flux_power").matrix(list(after.index[after["placed"]]))
    make_map(workspace, request)
    assert place_on_map(workspace, request, rows).shape == (2, 2)


def test_leaf_map_starts_from_that_of_the_run_before(tmp_path, light_curve_folder, small_spec):
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([light_curve_folder])
    newest = MapRequest.of("leaves", "latest", "tsne")
    first = ws.train(small_spec.model_copy(update={"name": "first"}))
    one = MapRequest.of("leaves", first.id, "tsne")
    assert len(make_map(ws, one)) == 40
    assert ws.maps.facts(one)["started_from"] is None
    make_map(ws, newest)
    second = ws.train(small_spec.model_copy(update={"name": "second", "seed": 8}))
    assert ws.maps.find(newest) is None
    assert ws.maps.find(one) is not None
    two = MapRequest.of("leaves", second.id, "tsne")
    make_map(ws, two)
    assert ws.maps.facts(two)["started_from"] is not None
    make_map(ws, MapRequest.of("features", "flux_power", "tsne"))
    assert ws.maps.facts(MapRequest.of("features", "flux_power", "tsne"))["started_from"] is None


def test_stopped_map_leaves_nothing_behind(trained, tmp_path):
    class Stop:
        def stage(self, name, step=None):
            pass

        def __call__(self, done, total):
            raise Cancelled("cancelled")

    request = MapRequest.of("features", "flux_power", "tsne", seed=99)
    with pytest.raises(Cancelled):
        make_map(trained, request, Stop())
    assert trained.maps.find(request) is None
    assert len(make_map(trained, request, quiet)) == 40
