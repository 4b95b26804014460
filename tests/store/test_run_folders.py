"""Folders of runs that no run is listed for."""

from clara_engine.files import WRITER
from clara_engine.store.database import DATABASE_FILE, Database
from clara_engine.store.run_folders import remove_unlisted


def test_what_nobody_lists_or_holds_goes_and_the_rest_stays(tmp_path):
    database = Database(tmp_path / DATABASE_FILE)
    with database.transaction() as connection:
        connection.execute("INSERT INTO runs (run_id, name, created, record) VALUES ('listed', 'x', 0.0, '{}')")
    for name, begun in (("listed", True), ("lost", True), ("older", False)):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        if begun:
            (folder / WRITER).touch()
    assert remove_unlisted(tmp_path / "runs", database) == 1
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["listed", "older"]
    assert not (tmp_path / "runs" / "listed" / WRITER).exists()
    assert remove_unlisted(tmp_path / "nothing", database) == 0
