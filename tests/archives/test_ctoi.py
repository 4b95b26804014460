"""The table of community candidates, from ExoFOP through its real client."""

import pandas as pd
import pytest

from clara_engine.archives.ctoi import ctoi_rows, exofop_ctois
from clara_engine.errors import ArchiveError
from tests.stand_in import Reply

TABLE = b"""TIC ID,CTOI,Promoted to TOI,TFOPWG Disposition,User Disposition,Transit Epoch (BJD),Period (days)
7,7.10,,,PC,2458330.5,7.25
8,8.01,5.01,FP,PC,,0
,9.01,,,PC,,
"""


def test_the_table_of_exofop(stand_in, services):
    stand_in.routes["/exofop/download_ctoi.php"] = Reply(TABLE, kind="text/csv")
    found = exofop_ctois(services["exofop"])
    assert stand_in.asked[0].fields == {"sort": "ctoi", "output": "csv"}
    assert found.index.tolist() == [7, 8]  # a row without a star is left out
    assert found["name"].tolist() == ["CTOI 7.10", "CTOI 8.01, now TOI-5.01"]
    assert found["kind"].tolist() == ["PC", "FP"]
    assert found.loc[7, ["period_days", "epoch_btjd"]].tolist() == [7.25, 1330.5]
    assert found.loc[8, ["period_days", "epoch_btjd"]].isna().all()  # a period of 0 is none


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"TIC ID,TOI\n1,2\n"])
def test_what_is_no_such_table(stand_in, services, body):
    stand_in.routes["/exofop/"] = Reply(body)
    with pytest.raises(ArchiveError, match="ExoFOP"):
        exofop_ctois(services["exofop"])


def test_numbers_that_a_spreadsheet_shortened():
    table = pd.DataFrame({"TIC": [7], "CTOI": [7.1], "Period": [2.0]})
    assert ctoi_rows(table)["name"].tolist() == ["CTOI 7.10"]
