"""Feature matrices and principal components as tables, against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from clara_engine.errors import WorkspaceError
from clara_engine.features import feature_set
from clara_engine.studies.matrices import feature_matrix, principal_components


def test_a_matrix_has_a_column_a_feature(trained):
    table = feature_matrix(trained, "flux_power")
    assert list(table)[1:] == list(feature_set("flux_power").labels)
    ids, rows = trained.features.matrix("flux_power")
    assert np.array_equal(table.drop(columns="target_id").to_numpy(), rows)
    assert table["target_id"].tolist() == ids
    assert feature_matrix(trained, "flux_power", ids[3:5])["target_id"].tolist() == ids[3:5]
    with pytest.raises(WorkspaceError, match="none of these"):
        feature_matrix(trained, "flux_power", ["nobody"])


def test_components_are_those_of_scikit_learn(trained):
    found = principal_components(trained, "features", "flux_power", 4)
    _, rows = trained.features.matrix("flux_power")
    scaled = StandardScaler().fit_transform(rows.astype(np.float64))
    model = PCA(4, svd_solver="full").fit(scaled)
    ours = found.table.drop(columns="target_id").to_numpy()
    assert np.abs(ours) == pytest.approx(np.abs(model.transform(scaled)), abs=1e-3)
    assert found.explained == pytest.approx(model.explained_variance_ratio_, rel=1e-4)
    back = found.loadings.set_index("feature")
    by_hand = ((rows - back["mean"].to_numpy()) / back["scale"].to_numpy()) @ back[["pc1", "pc2"]].to_numpy()
    assert by_hand == pytest.approx(ours[:, :2], abs=1e-3)
    with pytest.raises(WorkspaceError, match="two light curves"):
        principal_components(trained, "features", "flux_power", 2, targets=[found.table["target_id"][0]])
