"""The database under a lock that another process holds, on a full disk, and where it is gone."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import pytest

from clara_engine.errors import WorkspaceError, WorkspaceUnavailable
from clara_engine.store.schema import SCHEMA_VERSION
from clara_engine.workspace import Workspace
from tests.small_disk import fill, small_disk

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(folder, how="BEGIN IMMEDIATE"):
    """Another process holds the lock with which SQLite writes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder / "clara.sqlite", how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"held\n"
        yield
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def one_line(caught):
    return "\n" not in str(caught.value)


def test_what_a_newer_program_has_brought_to_its_version_is_not_written_any_more(tmp_path):
    kept = Workspace.open(tmp_path)
    kept.verdicts.add("1-s0001-SPOC-120", "flare", author="ada")
    with closing(sqlite3.connect(tmp_path / "clara.sqlite")) as newer:
        newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(WorkspaceError, match=f"version {SCHEMA_VERSION + 1}.*update CLARA") as caught:
        kept.verdicts.add("1-s0001-SPOC-120", "planet", author="ada")
    assert one_line(caught)
    assert kept.verdicts.history()["label"].tolist() == ["flare"]


@pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_reading_and_opening_do_not_wait_for_a_writer(tmp_path, how):
    kept = Workspace.open(tmp_path)
    kept.verdicts.add("1-s0001-SPOC-120", "flare", author="ada")
    with held_by_another(tmp_path, how):
        began = time.monotonic()
        again = Workspace.open(tmp_path)
        assert again.verdicts.latest()["label"].tolist() == ["flare"]
        assert (len(kept.targets), kept.runs.list(), kept.selections.list()) == (0, [], [])
        assert time.monotonic() - began < 15


def test_a_click_is_told_within_its_patience_and_a_job_waits_on(tmp_path):
    page = Workspace.open(tmp_path, patience=0.3)
    waited = {}

    def job():
        began = time.monotonic()
        with page.waiting(20):
            page.verdicts.add("1-s0001-SPOC-120", "flare", author="job")
        waited["job"] = time.monotonic() - began

    with held_by_another(tmp_path):
        thread = threading.Thread(target=job)
        thread.start()
        began = time.monotonic()
        with pytest.raises(WorkspaceUnavailable, match=r"database is locked.*try again in a moment") as caught:
            page.verdicts.add("1-s0001-SPOC-120", "other", author="ada")
        assert 0.25 < time.monotonic() - began < 15
        assert one_line(caught)
        time.sleep(1)
    thread.join(60)
    assert waited["job"] > 1
    assert page.verdicts.history()["author"].tolist() == ["job"]


@pytest.mark.parametrize("gone", ["emptied", "deleted", "truncated"])
def test_what_is_gone_is_told_and_not_made_anew(tmp_path, gone):
    folder = tmp_path / "ws"
    workspace = Workspace.open(folder)
    if gone == "truncated":
        (folder / "clara.sqlite").write_bytes(b"")
    else:
        shutil.rmtree(folder)
        if gone == "emptied":
            folder.mkdir()
    acts = (
        workspace.targets.frame,
        workspace.runs.list,
        workspace.verdicts.latest,
        lambda: len(workspace.targets),
        workspace.job_log.frame,
        lambda: workspace.verdicts.add("1", "flare", author="ada"),
        lambda: workspace.selections.save("some", ["1"]),
        lambda: Workspace.open(folder, create=False),
    )
    for act in acts:
        with pytest.raises(WorkspaceError, match=r"not there any more|no workspace") as caught:
            act()
        assert one_line(caught)
    left = [path.name for path in folder.iterdir() if path.stat().st_size] if folder.exists() else []
    assert [name for name in left if not name.endswith("-shm")] == []


def test_a_limit_on_file_size_is_one_line_and_nothing_is_lost(tmp_path):
    """The system refuses to make files longer, as a full disk does."""
    workspace = Workspace.open(tmp_path)
    workspace.verdicts.add("1-s0001-SPOC-120", "flare", author="ada")
    script = f"""
import json, resource, signal
from clara_engine.errors import WorkspaceUnavailable
from clara_engine.store.schema import SCHEMA_VERSION
from clara_engine.workspace import Workspace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
workspace = Workspace.open({str(tmp_path)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
told = []
for act in (
    lambda: workspace.labels.add("big", {{str(i): "x" * 150 for i in range(500)}}, source="test"),
    lambda: workspace.selections.save("some", ["star" * 1000 + str(i) for i in range(50)]),
):
    try:
        act()
    except WorkspaceUnavailable as error:
        told.append(str(error))
print(json.dumps([told, workspace.verdicts.latest()["label"].tolist()]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    told, labels = json.loads(done.stdout)
    assert len(told) == 2
    assert all("can't be written" in line and "nothing that was stored is lost" in line for line in told)
    assert not any("\n" in line for line in told)
    assert labels == ["flare"]
    assert workspace.verdicts.latest()["label"].tolist() == ["flare"]


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", 2) as place:
        yield place


def test_a_full_disk(disk):
    folder = disk / "ws"
    workspace = Workspace.open(folder)
    number = workspace.verdicts.add("1-s0001-SPOC-120", "flare", author="ada")
    fill(disk)
    assert workspace.verdicts.latest()["label"].tolist() == ["flare"]
    assert Workspace.open(folder, create=False).verdicts.latest()["label"].tolist() == ["flare"]
    with pytest.raises(WorkspaceUnavailable, match="can't be written") as caught:
        workspace.verdicts.add("2-s0001-SPOC-120", "flare", author="ada")
    assert one_line(caught)
    (disk / "filler").unlink()
    assert workspace.verdicts.add("2-s0001-SPOC-120", "flare", author="ada") == number + 1


def test_a_disk_that_becomes_read_only(disk):
    folder = disk / "ws"
    workspace = Workspace.open(folder)
    workspace.verdicts.add("1-s0001-SPOC-120", "flare", author="ada")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert workspace.verdicts.latest()["label"].tolist() == ["flare"]
    assert Workspace.open(folder, create=False).verdicts.latest()["label"].tolist() == ["flare"]
    with pytest.raises(WorkspaceUnavailable, match="can't be written") as caught:
        workspace.verdicts.add("2-s0001-SPOC-120", "flare", author="ada")
    assert one_line(caught)
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    workspace.verdicts.add("2-s0001-SPOC-120", "flare", author="ada")


def test_a_disk_that_is_unmounted(disk):
    folder = disk / "ws"
    workspace = Workspace.open(folder)
    subprocess.run(["umount", disk], check=True)
    for act in (workspace.targets.frame, lambda: workspace.verdicts.add("2", "flare", author="ada")):
        with pytest.raises(WorkspaceUnavailable, match="not there any more") as caught:
            act()
        assert one_line(caught)
    assert list(disk.iterdir()) == []
