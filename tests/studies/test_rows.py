"""Rows of each source: as many as there are targets with them, and the rest counted."""

import pandas as pd

from clara_engine.studies.rows import rows_of


def test_rows_of_each_source(trained):
    ids = trained.targets.ids()
    features = rows_of(trained, "features", "flux_power")
    assert (features.ids, features.rows.shape, features.left_out) == (ids, (40, 4000), 0)
    leaves = rows_of(trained, "leaves", "latest")
    assert (leaves.ids, leaves.rows.shape, leaves.left_out) == (ids, (40, 20), 0)
    trained.labels.add_parameters(pd.DataFrame({"bp_rp": [0.5, 0.6]}, index=ids[5:7]), source="test")
    parameters = rows_of(trained, "parameters", "bp_rp,teff_k")
    assert (parameters.ids, parameters.left_out) == (ids[5:7], 38)
    assert parameters.rows.tolist() == [[0.5, 5500.0], [0.6, 5500.0]]
