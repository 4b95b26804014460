"""Classes and periods of Gaia by source, through the real client."""

import pandas as pd
import pytest

from clara_engine.archives.gaia_variables import gaia_variables
from tests.archives.answers import votable

BIG = 4623036865373793408  # loses digits as a floating-point number
ROWS = {
    "vari_classifier_result": {"best_class_name": "RR", "best_class_score": 0.95},
    "vari_eclipsing_binary": {"frequency": 0.5, "reference_time": 1803.0, "derived_primary_ecl_phase": 0.25},
    "vari_rotation_modulation": {"best_rotation_period": 4.5},
    "vari_rrlyrae": {"pf": float("nan"), "p1_o": 0.31},
}


def test_every_table_is_asked_and_read(stand_in, services):
    def answer(asked):
        name = next(name for name in ROWS if name in asked.fields["QUERY"])
        assert str(BIG) in asked.fields["QUERY"]
        return votable(pd.DataFrame([{"source_id": BIG, **ROWS[name]}]))

    stand_in.routes["/gaia/"] = answer
    found = gaia_variables(services["gaia"], pd.Series({7: str(BIG)}))
    assert len(stand_in.asked) == len(ROWS)
    assert set(found.index) == {7}
    assert set(found["name"]) == {f"Gaia DR3 {BIG}"}
    by_source = found.set_index("source")
    assert by_source.loc["gaia-variables", "kind"] == "RR (score 0.95)"
    assert by_source.loc["gaia-eclipsing-binaries", "period_days"] == 2.0
    assert by_source.loc["gaia-eclipsing-binaries", "epoch_btjd"] == pytest.approx(1803 - 1802.5 + 0.5)
    assert by_source.loc["gaia-rotation", "period_days"] == 4.5
    assert by_source.loc["gaia-rr-lyrae", "period_days"] == 0.31


def test_nobody_to_ask_about(stand_in, services):
    assert gaia_variables(services["gaia"], pd.Series(dtype=str)).empty
    assert not stand_in.asked
