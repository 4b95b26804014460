"""The features of the workspace as files."""

import zipfile
from io import BytesIO

import pandas as pd

from clara_app.panes.feature_files import FeatureFiles
from clara_app.session import Session
from clara_engine.studies.matrices import principal_components


def test_a_feature_set_is_handed_over_with_its_components(session: Session, until) -> None:
    workspace = session.server.workspace
    files = FeatureFiles(session)
    files.chosen.value = "flux_power"
    files.press()
    assert not files.save.visible
    until(session, lambda: files.save.visible)
    with zipfile.ZipFile(BytesIO(files.save.callback().read())) as archive:
        tables = {name: BytesIO(archive.read(name)) for name in archive.namelist()}
    features = pd.read_parquet(tables["features.parquet"])
    assert features["target_id"].tolist() == workspace.features.ids("flux_power")
    assert features.shape[1] == 4001
    expected = principal_components(workspace, "features", "flux_power", 10)
    pd.testing.assert_frame_equal(pd.read_csv(tables["components.csv"]), expected.table, check_dtype=False, rtol=1e-5)
    assert pd.read_csv(tables["loadings.csv"])["feature"].tolist() == list(features.columns[1:])
    assert files.save.filename == "clara-flux_power.zip"


def test_without_such_features_it_says_how_to_get_them(session: Session, until) -> None:
    files = FeatureFiles(session)
    files.chosen.value = "folded_published"
    files.press()
    until(session, lambda: "no features of the set" in files.making.line.object)
    assert not files.save.visible
