"""Variable stars by position: what is asked, and which entries belong to which star."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.archives.vsx import vizier_vsx, vsx_rows
from clara_engine.errors import ArchiveError
from tests.archives.answers import votable
from tests.stand_in import Reply

STARS = pd.DataFrame({"ra": [10.0, 50.0], "dec": [-60.0, 0.0], "pmra": [np.nan, 1000.0], "pmdec": 0.0}, index=[7, 8])


def entries(**columns):
    table = {"Name": ["A"], "V": [0], "RAJ2000": [10.0], "DEJ2000": [-60.0], "Type": ["EA"], "Epoch": [2457500.0]}
    return pd.DataFrame(table | {"Period": [2.0]} | columns)


def test_the_circle_is_wide_enough_for_the_fastest_star(stand_in, services):
    stand_in.routes["/vizier/"] = votable(entries())
    found = vizier_vsx(services["vizier"], STARS)
    radius = float(stand_in.asked[-1].body.decode(errors="replace").split("s.ra, s.dec, ")[1].split(")")[0])
    assert radius * 3600 == pytest.approx(21 + 4 + 16, abs=0.01)
    assert found.index.tolist() == [7]
    assert found.loc[7, ["name", "kind", "period_days", "epoch_btjd"]].tolist() == ["A", "EA", 2.0, 500.0]


def test_a_star_that_moved_is_found_where_it_was_and_where_it_is():
    for along, apart in ((0.0, 0.0), (8.0, 0.0), (16.0, 0.0), (20.0, 4.0), (-3.0, 3.0)):
        (row,) = vsx_rows(entries(RAJ2000=[50 + along / 3600], DEJ2000=[0.0]), STARS).to_dict("records")
        assert row["separation_arcsec"] == pytest.approx(apart, abs=0.02)
    assert vsx_rows(entries(RAJ2000=[50 + 40 / 3600], DEJ2000=[0.0]), STARS).empty


def test_what_does_not_vary_is_left_out_and_suspects_are_called_so():
    assert vsx_rows(entries(V=[2]), STARS).empty
    assert vsx_rows(entries(V=[1]), STARS)["kind"].tolist() == ["EA (suspected)"]


def test_no_star_has_a_position(stand_in, services):
    assert vizier_vsx(services["vizier"], STARS.assign(ra=np.nan)).empty
    assert not stand_in.asked


def test_vizier_is_down(stand_in, services):
    stand_in.routes["/vizier/"] = Reply(b"<html>", kind="text/html")
    with pytest.raises(ArchiveError, match="VizieR sent an answer that can't be read"):
        vizier_vsx(services["vizier"], STARS)
