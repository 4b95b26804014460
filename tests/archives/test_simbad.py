"""Types of stars from SIMBAD, against a stand-in."""

import pandas as pd
from astropy.table import Table

from clara_engine.archives.simbad import simbad_types
from tests.archives.answers import votable


def test_simbad_types(stand_in, services):
    answer = pd.DataFrame(
        {"tic_name": ["TIC 261136679"], "main_id": ["* pi. Men"], "otype": ["PM* "], "sp_type": ["G0V"]}
    )
    stand_in.routes["/simbad/sync"] = votable(answer)
    found = simbad_types(services["simbad"], [261136679, 5])
    assert found.to_dict("index") == {261136679: {"main_id": "* pi. Men", "otype": "PM*", "sp_type": "G0V"}}
    assert "IN ('TIC 261136679', 'TIC 5')" in stand_in.asked[0].fields["QUERY"]


def test_simbad_has_the_columns_that_are_asked_for(shared_data):
    recorded = shared_data / "archive_responses" / "simbad" / "tests" / "data"
    columns = Table.read(recorded / "simbad_basic_columns.xml", format="votable")
    links = Table.read(recorded / "simbad_linked_to_basic.xml", format="votable")
    assert {"oid", "main_id", "otype", "sp_type"} <= set(columns["column_name"])
    assert ("ident", "oidref", "oid") in set(links.iterrows("from_table", "from_column", "target_column"))
