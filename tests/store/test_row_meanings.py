"""Rows that can't be what other code takes them for."""

import sqlite3
from contextlib import closing

import pytest

from clara_engine.store.row_meanings import MEANINGS
from clara_engine.workspace import Workspace


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE targets SET tmag = 'bright'", "table targets, 40 rows: each holds no REAL in tmag"),
        ("UPDATE targets SET root = 'nowhere'", "lies in a root that is not listed"),
        ("UPDATE targets SET begin_btjd = 1e6", "ends before it begins"),
        ("UPDATE targets SET cadence_s = 0", "has an impossible cadence or size"),
        ("UPDATE targets SET simulated = 2", "is neither simulated nor observed"),
        ("UPDATE verdicts SET retracts = 99", "takes back what is not there"),
        ("UPDATE verdicts SET label = ''", "has no label"),
    ],
)
def test_wrong_rows_are_counted(workspace, statement, said):
    workspace.verdicts.add(workspace.targets.ids()[0], "flare", author="ada")
    assert workspace.database_faults() == []
    with closing(sqlite3.connect(workspace.folder / "clara.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()
    (line,) = workspace.database_faults()
    assert said in line


def test_every_condition_is_sql(tmp_path):
    ws = Workspace.open(tmp_path)
    assert ws.database_faults() == []
    assert len(MEANINGS) > 5
