"""The fingerprint of a source changes with its rows, and with nothing else."""

import pandas as pd

from clara_engine.store.sources import FEATURES, LEAVES, PARAMETERS, SourceFingerprints


def test_each_source_has_its_own_and_parameters_change_it(trained):
    prints = SourceFingerprints(trained.runs, trained.features, trained.parameters)
    asked = [(FEATURES, "flux_power"), (LEAVES, "latest"), (PARAMETERS, "teff_k,tmag")]
    before = [prints.fingerprint(*one) for one in asked]
    assert len(set(before)) == 3
    assert before == [prints.fingerprint(*one) for one in asked]
    table = pd.DataFrame({"teff_k": [6000.0]}, index=[trained.targets.ids()[0]])
    trained.labels.add_parameters(table, source="test")
    after = [prints.fingerprint(*one) for one in asked]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, False]
