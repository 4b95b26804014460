"""Tables of stars on which something is known to happen."""

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.results.known_events import note_events


def test_what_a_table_of_stars_says(small, stars, tmp_path):
    assert note_events(small, stars.parent / "labels.csv") == 4  # a number of flares that is 0 says nothing
    table = tmp_path / "classes.csv"
    table.write_text("tic,class\n1005,eclipsing_binary\n1006,luminous_star\n1007,\n")
    assert note_events(small, table) == 1
    table.write_text("TIC ID;TOI;EB Period\nTIC 1008;no;0,0\nTIC 1009;no;1,5\n")
    assert note_events(small, table) == 1
    table.write_text("tic,teff\n1005,5000\n")
    with pytest.raises(WorkspaceError, match="needs one of the columns toi"):
        note_events(small, table)
    table = tmp_path / "searched.csv"
    table.write_text("tic,n_tce_s1\n1005,0\n1006,2\n1007,\n")
    assert note_events(small, table) == 1
    table = tmp_path / "strange.csv"
    table.write_text("name,toi\na,1\n")
    with pytest.raises(WorkspaceError, match="has no TIC column"):
        note_events(small, table)
