"""Extraction of features: what is missing alone, medians, and bin codes that are kept."""

import numpy as np

from clara_engine.features import flux_power
from clara_engine.studies.extract import binned_features, extract_features, median_features


def test_only_what_is_missing_is_computed(workspace):
    ids = workspace.targets.ids()
    assert extract_features(workspace, "flux_power", ids=ids[:3], workers=1) == 3
    assert extract_features(workspace, "flux_power", ids=ids[:5], workers=1) == 2
    assert extract_features(workspace, "flux_power", ids=ids[:5], workers=1) == 0
    stored = workspace.features.row("flux_power", ids[4])
    np.testing.assert_array_equal(stored, flux_power(workspace.targets.light_curve(ids[4])).astype(np.float32))


def test_the_median_and_the_codes_are_those_of_the_matrix(trained):
    ids, rows = trained.features.matrix("flux_power")
    np.testing.assert_array_equal(median_features(trained, "flux_power"), np.median(rows, axis=0))
    found, binned = binned_features(trained, "flux_power")
    assert found == ids
    np.testing.assert_array_equal(binned.codes, binned.binning.bin(rows).codes)
    np.testing.assert_array_equal(binned_features(trained, "flux_power", ids=ids[:7])[1].shape, (7, 4000))
