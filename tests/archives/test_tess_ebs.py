"""Eclipsing binaries of both forms of the table, against the real one."""

import pandas as pd
import pytest

from clara_engine.archives.known_rows import read_file
from clara_engine.archives.tess_ebs import eb_rows, vizier_ebs
from clara_engine.errors import ArchiveError
from tests.archives.answers import votable
from tests.stand_in import Reply

VIZIER = pd.DataFrame(
    {"TIC": ["0000000007", "0000000007"], "m_TIC": [1, 2], "_tab1_10": [2458330.5, 1331.5], "Per": [2.0, 3.0]}
).assign(Morph=[0.9, -1.0], RAJ2000=10.0, DEJ2000=-60.0)


def test_vizier(stand_in, services):
    stand_in.routes["/vizier/"] = votable(VIZIER)
    found = vizier_ebs(services["vizier"])
    assert '"J/ApJS/258/16/tess-ebs"' in stand_in.asked[-1].fields["QUERY"]
    assert found["name"].tolist() == ["TESS EB 7", "TESS EB 7, signal 2"]
    assert found["kind"].tolist() == ["ellipsoidal binary (morphology 0.90)", "eclipsing binary"]
    assert found["epoch_btjd"].tolist() == [1330.5, 1331.5]


def test_vizier_is_down(stand_in, services):
    stand_in.routes["/vizier/"] = Reply(status=503)
    with pytest.raises(ArchiveError, match="VizieR is out of order"):
        vizier_ebs(services["vizier"])


def test_the_real_table(shared_data):
    found = eb_rows(read_file(shared_data / "catalogues" / "tess_ebs_villanova_4584.csv.gz"))
    assert found.index.nunique() == 4584 - found.index.duplicated().sum()
    assert found["period_days"].notna().mean() > 0.99
    assert found["epoch_btjd"].dropna().between(1300, 2200).mean() > 0.99
    assert found.loc[117544915, "period_days"] == pytest.approx(2.9685, abs=1e-3)
