"""The name of the star of a target, from the table of targets or else from its id."""

import sqlite3

import pytest

from clara_engine.store.star_names import star_and_sector


@pytest.fixture
def connection():
    with sqlite3.connect(":memory:") as made:
        made.execute(
            "CREATE TABLE targets (target_id TEXT, catalogue TEXT, tic INTEGER, sector INTEGER, simulated INTEGER)"
        )
        made.execute("INSERT INTO targets VALUES ('757076-q', 'KIC', 757076, 5, 0), ('9-s', 'TIC', 9, 1, 1)")
        yield made


def test_registered_targets(connection):
    assert star_and_sector(connection, "757076-q") == ("KIC 757076", 5)
    assert star_and_sector(connection, "9-s") == ("SIM 9", 1)


def test_a_target_that_is_gone_is_read_from_its_id(connection):
    assert star_and_sector(connection, "261136679-s0001-SPOC-120") == ("TIC 261136679", 1)
    assert star_and_sector(connection, "no id") == ("", None)
