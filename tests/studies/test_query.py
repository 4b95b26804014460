"""Questions in SQL: answered on a copy, and refused where they would change something."""

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.studies.query import TABLES, query


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_asked(trained, table):
    assert query(trained, f"SELECT count(*) AS n FROM {table}")["n"][0] >= 0


def test_tables_join_by_target(trained):
    found = query(trained, "SELECT tic, rank FROM scores JOIN targets USING (target_id)")
    ranks = trained.runs.get("latest").scores().set_index("target_id")["rank"]
    assert dict(zip(found["tic"], found["rank"], strict=True)) == {
        int(one.split("-")[0]): ranks[one] for one in ranks.index
    }


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DELETE FROM targets", "only SELECT is allowed"),
        ("ATTACH 'x.db' AS x", "only SELECT is allowed"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("SELECT x FROM nowhere", "no such table: nowhere; tables: targets"),
        ("SELECT hue FROM targets", "no such column"),
        ("", "that is no question"),
    ],
)
def test_what_is_no_question_is_refused(trained, sql, words):
    with pytest.raises(WorkspaceError, match=words):
        query(trained, sql)
    assert len(trained.targets) == 40
