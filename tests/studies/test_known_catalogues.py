"""What the tables of known objects mean: labels, parameters and notes."""

import pandas as pd
import pytest

from clara_engine.archives.known_rows import known_rows
from clara_engine.studies.known_catalogues import FROM_FILE, KNOWN, TITLES


def test_names():
    assert {*KNOWN, "toi"} == set(TITLES)
    assert set(FROM_FILE) < set(TITLES)


@pytest.mark.parametrize("name", KNOWN)
def test_an_empty_answer_gives_no_label(name):
    for table in (pd.DataFrame(), known_rows([])):
        stored = KNOWN[name].read(table, [7])
        assert all(labels.empty for labels in stored.labels.values())
        assert len(stored.parameters) == 0


def test_a_neighbour_gives_a_note_and_no_label():
    table = known_rows([7, 7, 8], name=["A", "B", "C"], kind=["EA", "ROT", ""], separation_arcsec=[0.5, 12.0, 1.0])
    stored = KNOWN["vsx"].read(table, [7, 8])
    assert stored.labels["vsx"].to_dict() == {7: "EA", 8: "variable"}
    assert stored.notes == {7: "B (ROT) lies 12″ away, in the same pixel"}


def test_a_binary_with_two_signals():
    table = known_rows([7, 7], name=["A", "B"], period_days=[2.0, 3.0], epoch_btjd=[1326.0, 1327.0])
    stored = KNOWN["eb"].read(table, [7])
    assert stored.labels["eb"].to_dict() == {7: "EB"}
    assert stored.parameters.loc[7].to_dict() == {"eb_period_days": 2.0, "eb_epoch_btjd": 1326.0}
    assert "2 entries" in stored.notes[7]
