"""Saved ephemerides, and a workspace of an older version that has no table for them."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from clara_engine import Target, Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.periods import Ephemeris
from clara_engine.store.schema import FIRST_SCHEMA, SCHEMA_VERSION

PI_MENSAE = Target(tic=261136679, sector=1)


def test_several_ephemerides_of_a_star(tmp_path):
    book = Workspace.open(tmp_path).ephemerides
    first = book.save(PI_MENSAE, Ephemeris(6.268, 1325.5, 0.12), author="ann", kind="dips", source="BLS")
    book.save(PI_MENSAE, Ephemeris(np.nan, 1340.0, 0.3), author="bob", name="outer", note="one dip")
    book.save(Target(tic=5), Ephemeris(1.0, 1325.0), author="ann")
    later = replace(PI_MENSAE, sector=4, product="QLP")  # the star, not the file
    table = book.of(later)
    assert table["name"].tolist() == ["1", "outer"]
    assert table["author"].tolist() == ["ann", "bob"]
    assert table["target_id"].tolist() == ["261136679-s0001-SPOC-120"] * 2
    assert book.ephemeris(table.loc[first]) == Ephemeris(6.268, 1325.5, 0.12)
    assert book.ephemeris(table.iloc[1]).single
    assert np.isnan(book.ephemeris(book.of(Target(tic=5)).iloc[0]).duration_days)


def test_an_edit_and_a_removal_keep_what_was(tmp_path):
    book = Workspace.open(tmp_path).ephemerides
    book.save(PI_MENSAE, Ephemeris(3.134, 1325.5), author="ann", name="b")
    number = book.save(PI_MENSAE, Ephemeris(6.268, 1325.5), author="bob", name="b")
    assert book.of(PI_MENSAE)["period_days"].tolist() == [6.268]
    book.remove(number, author="ann")
    assert book.of(PI_MENSAE).empty
    assert len(book.history()) == 3
    with pytest.raises(WorkspaceError, match="no ephemeris number"):
        book.remove(number, author="ann")
    book.save(PI_MENSAE, Ephemeris(6.3, 1325.5), author="ann", name="b")
    assert book.of(PI_MENSAE)["period_days"].tolist() == [6.3]
    assert book.history()["created"].is_monotonic_increasing


def test_a_workspace_of_version_1_is_brought_up_to_date(tmp_path):
    with sqlite3.connect(tmp_path / "clara.sqlite") as connection:
        connection.executescript(FIRST_SCHEMA)
        connection.execute("INSERT INTO verdicts VALUES (1, 'a', 'planet', '', 'ann', 0.0, NULL, NULL, NULL)")
        connection.execute("PRAGMA user_version = 1")
    again = Workspace.open(tmp_path)
    assert again.verdicts.latest().loc["a", "label"] == "planet"
    assert again.ephemerides.save(PI_MENSAE, Ephemeris(6.268, 1325.5), author="ann") == 1
    with sqlite3.connect(tmp_path / "clara.sqlite") as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
