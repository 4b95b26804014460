"""A workspace that an older version made is brought up to date, after a copy of its database was put beside it."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from clara_engine import Workspace
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.maps import MapRequest
from clara_engine.store.schema import FIRST_SCHEMA, MIGRATIONS, SCHEMA_VERSION
from clara_engine.studies.extract import extract_features
from clara_engine.studies.reasons import explain_star
from tests.cli.conftest import clara
from tests.store.old.make_version_10 import DIP_DAYS, star, write_light_curves

__all__ = ["clara"]

OLD = Path(__file__).parent / "old" / "version_10"
BACKUP = f"{DATABASE_FILE}.before-version-{SCHEMA_VERSION}"


def version(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def content(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def folder(tmp_path):
    """The old workspace; its light curves are not there yet."""
    return Path(shutil.copytree(OLD, tmp_path / "ws"))


def test_everything_is_there_and_stars_are_found_where_their_files_are_now(folder, tmp_path, clara):
    before = content(folder / DATABASE_FILE)
    said = clara("roots", "-w", folder, "--json")
    assert [(root["name"], root["folder"], root["light_curves"]) for root in said.json()["roots"]] == [
        ("more", "/data/more", 1),
        ("sector", "/data/sector", 4),
    ]
    assert said.json()["inside"] == 1
    assert said.err.count("\n") == 1
    assert f"kept as {BACKUP}" in said.err
    assert content(folder / BACKUP) == before
    assert version(folder / BACKUP) == 10

    ws = Workspace.open(folder)
    assert ws.upgraded == ""
    assert list(folder.glob("*before*")) == [folder / BACKUP]
    ids, (run,) = ws.targets.ids(), ws.runs.list()
    assert len(ids) == 6
    frame = ws.targets.frame().set_index("target_id")
    assert frame.loc[ids[4], "path"] == str(next(folder.glob("downloads/s0001/*.fits")))
    assert ws.targets.unreadable()["path"].tolist() == ["/data/sector/broken.fits"]
    history = ws.verdicts.history()
    assert history[["label", "author", "star", "sector", "account", "standing"]].to_numpy().tolist() == [
        ["planet", "ada", "SIM 1000", 1, "", True],
        ["flare", "bob", "SIM 1001", 1, "", False],
        ["flare", "bob", "SIM 1001", 1, "", False],
        ["other", "ada", "TIC 77", 2, "", True],
    ]
    assert history.loc[0, ["run_id", "period_days", "note"]].tolist() == [run.id, DIP_DAYS, "deep"]
    assert ws.ephemerides.of(star(1000).target)[["name", "source", "star"]].to_numpy().tolist() == [
        ["b", "BLS", "SIM 1000"]
    ]
    assert ws.selections.get("two").target_ids == tuple(ids[:2])
    assert ws.labels.frame().drop(columns="source").to_numpy().tolist() == [
        [ids[0], "toi", "planet"],
        [ids[3], "toi", "flare"],
    ]
    assert ws.labels.parameters()["mass"].to_dict() == {ids[0]: 0.9, ids[3]: 1.1}
    assert ws.failures.kept("download") == {"s0001/pending.fits": {"labels": []}}
    assert ws.clusterings.get("two").labels()["target_id"].tolist() == ids
    assert ws.maps.find(MapRequest.of("leaves", "small", "pca")) is not None
    assert len(run.every_score()) == 6
    assert ws.targets.light_curve(ids[4]).target.id == ids[4]

    write_light_curves(tmp_path / "new")
    for name in ("sector", "more"):
        assert clara("roots", "set", name, tmp_path / "new" / name, "-w", folder).code == 0
    assert [ws.targets.light_curve(id).target.id for id in ids] == ids
    marks = ws.features.fingerprint("flux_power")
    again = ws.ingest([tmp_path / "new" / "sector", tmp_path / "new" / "more", folder / "downloads"])
    assert (again.duplicates, again.parts, len(again.unreadable)) == ((), (), 1)
    assert extract_features(ws, "flux_power", workers=1) == 0  # files of the same content
    assert ws.features.fingerprint("flux_power") == marks
    assert explain_star(ws, run, ids[0]).target_id == ids[0]


def test_what_waits_in_the_log_is_in_the_copy_too(folder):
    """As a program that was killed leaves it: committed, and not yet in the file itself."""
    script = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        'connection.execute("INSERT INTO labels (target_id, family, value, source) "\n'
        "                   \"VALUES ('x', 'late', 'yes', 's')\")\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, folder / DATABASE_FILE], check=True)
    assert (folder / f"{DATABASE_FILE}-wal").stat().st_size
    assert "late" in Workspace.open(folder).labels.summary()["family"].tolist()
    assert any("'late'" in line for line in content(folder / BACKUP))


@pytest.mark.heavy
def test_without_room_for_the_copy_nothing_changes(folder):
    before = content(folder / DATABASE_FILE)
    script = f"""
import resource, signal
from clara_engine import Workspace
from clara_engine.errors import WorkspaceUnavailable
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    Workspace.open({str(folder)!r})
except WorkspaceUnavailable as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "stays as it is" in done.stdout
    assert "make room" in done.stdout
    assert content(folder / DATABASE_FILE) == before
    assert version(folder / DATABASE_FILE) == 10
    assert sorted(path.name for path in folder.glob("*clara.sqlite*")) == [DATABASE_FILE]
    assert Workspace.open(folder).upgraded


def test_what_is_empty_has_no_copy_and_an_earlier_copy_stays(tmp_path, folder):
    empty = tmp_path / "empty"
    empty.mkdir()
    with closing(sqlite3.connect(empty / DATABASE_FILE)) as connection:
        for script in (FIRST_SCHEMA, *MIGRATIONS[:4]):
            connection.executescript(script)
        connection.execute("PRAGMA user_version = 5")
    assert Workspace.open(empty).upgraded == Workspace.open(tmp_path / "new").upgraded == ""
    assert [*empty.glob("*before*"), *(tmp_path / "new").glob("*before*")] == []
    (folder / BACKUP).write_bytes(b"an earlier one")
    assert f"{BACKUP}-2" in Workspace.open(folder).upgraded
    assert (folder / BACKUP).read_bytes() == b"an earlier one"


@pytest.mark.heavy
def test_two_that_open_it_at_once_make_one_copy(folder):
    script = "import sys\nfrom clara_engine import Workspace\nprint(Workspace.open(sys.argv[1]).upgraded)"
    running = [
        subprocess.Popen([sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in running]
    assert sorted(map(bool, said)) == [False, True]
    assert [path.name for path in folder.glob("*before*")] == [BACKUP]
    assert version(folder / BACKUP) == 10
    assert version(folder / DATABASE_FILE) == SCHEMA_VERSION


def test_the_fixture_names_no_machine():
    for file in OLD.rglob("*"):
        if file.is_file():
            assert not any(b"/%s/" % place in file.read_bytes() for place in (b"home", b"tmp", b"root", b"Users")), file
    assert sum(file.stat().st_size for file in OLD.rglob("*") if file.is_file()) < 300_000
