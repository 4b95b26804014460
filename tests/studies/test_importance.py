"""Importance of labelled targets: the product of what catalogues tell, and what they do not."""

import numpy as np
import pandas as pd

from clara_engine.studies.importance import importance_of

LABEL = ("toi", "any")


def test_the_product_and_what_is_missing(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add("toi", dict(zip(ids[:3], ("CP", "PC", "PC"), strict=True)), source="test")
    found = importance_of(workspace, LABEL)
    assert found.product.empty
    assert found.caveat.startswith("no catalogue tells signal-to-noise")

    numbers = pd.DataFrame({"toi_depth_ppm": [100.0, 300, 200], "toi_duration_hours": [2.0, 2, 4]}, index=ids[:3])
    workspace.labels.add_parameters(numbers, source="test")
    found = importance_of(workspace, LABEL)
    assert found.product[ids[:3]].tolist() == [200, 600, 800]
    assert found.scaled[ids[:3]].tolist() == [0, 2 / 3, 1]
    assert found.caveat == "importance: signal-to-noise unknown for all of them, counted as 1"

    workspace.labels.add_parameters(pd.DataFrame({"toi_snr": [10.0, np.nan, 5]}, index=ids[:3]), source="test")
    found = importance_of(workspace, LABEL)
    assert found.product[ids[:3]].fillna(-1).tolist() == [2000, -1, 4000]
    assert found.scaled[ids[:3]].tolist() == [0, 0, 1]
    assert found.caveat == "importance: unknown for 1 of 3 labelled targets"
    workspace.labels.add_parameters(pd.DataFrame({"toi_snr": [7.0]}, index=ids[1:2]), source="test")
    assert importance_of(workspace, LABEL).caveat == ""
