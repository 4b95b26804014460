"""Files that are whole or not there: a writer that is killed, a limit on file size, a small disk, damage."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError, WorkspaceUnavailable
from clara_engine.files import reading, remove_left_behind, whole_folder, write_atomically, write_zip
from clara_engine.workspace import Workspace

PLACES = ("features/flux_power-v1/1.npy", "maps/m.parquet", "sweeps/s.parquet", "cache/injected/a/b.npy", "x.json")
FOLDERS = ("runs/r", "clusterings/c", "cache/binned")
WRITER = """
import sys, threading, time
from pathlib import Path
from clara_engine.files import whole_folder, write_atomically

root, (files, folders) = Path(sys.argv[1]), [part.split(",") for part in sys.argv[2:]]
begun = threading.Barrier(len(files) + len(folders) + 1)

def half(path):
    path.write_text("half")
    begun.wait()
    time.sleep(100)

def fill(folder):
    with whole_folder(folder) as beside:
        (beside / "inner").mkdir()
        half(beside / "inner" / "scores.parquet")

for name in files:
    threading.Thread(target=write_atomically, args=(root / name, half), daemon=True).start()
for name in folders:
    threading.Thread(target=fill, args=(root / name,), daemon=True).start()
begun.wait()
print("begun", flush=True)
time.sleep(100)
"""


def parts(root):
    return sorted(path for path in root.rglob(".*.part"))


def test_what_a_killed_writer_left_goes_at_the_next_opening_and_not_before(tmp_path):
    root = tmp_path / "ws"
    Workspace.open(root)
    (root / "downloads").mkdir()
    resumed = root / "downloads" / ".star.fits.part"
    whole = root / "maps" / "whole.parquet"
    write_atomically(whole, lambda path: path.write_text("whole"))
    resumed.write_text("half")
    command = [sys.executable, "-c", WRITER, root, ",".join(PLACES), ",".join(FOLDERS)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert writer.stdout.readline() == b"begun\n"
        Workspace.open(root)
        assert len(parts(root)) == len(PLACES) + len(FOLDERS) + 1, "a living writer's files stay"
        writer.send_signal(signal.SIGKILL)
        writer.wait(60)
        assert len(parts(root)) == len(PLACES) + len(FOLDERS) + 1
        Workspace.open(root)
        assert parts(root) == [resumed]
        assert whole.read_text() == "whole"
    finally:
        writer.kill()
        writer.wait(60)
        writer.stdout.close()


def test_a_folder_whose_writer_had_no_time_to_say_so_waits_an_hour(tmp_path):
    part = tmp_path / ".run.abc.part"
    part.mkdir()
    assert remove_left_behind(tmp_path) == 0
    os.utime(part, (0, time.time() - 7200))
    assert remove_left_behind(tmp_path) == 1
    assert not part.exists()


def test_the_old_file_stays_where_the_new_one_is_too_long(tmp_path):
    """The system refuses to make a file longer, as a full disk does: Python, numpy, pandas, pyarrow and zip alike."""
    script = f"""
import json, resource, signal, sys, zipfile
from pathlib import Path
import numpy as np, pandas as pd
from clara_engine.errors import WorkspaceUnavailable
from clara_engine.files import whole_folder, write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
noise = np.random.default_rng(0).normal(size=100_000)
def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", noise.tobytes())
def saved(path):
    with path.open("wb") as file:
        np.save(file, noise)
writes = (
    lambda path: path.write_bytes(noise.tobytes()), saved, zipped,
    lambda path: pd.DataFrame({{"a": noise}}).to_parquet(path), lambda path: pd.DataFrame({{"a": noise}}).to_csv(path),
)
told = []
for write in writes:
    try:
        write_atomically(Path({str(tmp_path)!r}) / "kept", write)
    except WorkspaceUnavailable as error:
        told.append(str(error))
    try:
        with whole_folder(Path({str(tmp_path)!r}) / "folder") as beside:
            write(beside / "file")
    except WorkspaceUnavailable as error:
        told.append(str(error))
print(json.dumps(told))
"""
    (tmp_path / "kept").write_text("old")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == 10
    assert all("can't be written: " in line and "\n" not in line for line in told)
    assert (tmp_path / "kept").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_nothing_is_made_where_the_workspace_was(tmp_path):
    place, home = tmp_path / "ws" / "runs" / "r", tmp_path / "ws" / "db"
    for write in (
        lambda: write_atomically(place, lambda path: path.touch(), home=home),
        lambda: whole_folder(place, home=home).__enter__(),
    ):
        with pytest.raises(WorkspaceUnavailable, match="not there any more"):
            write()
    assert list(tmp_path.iterdir()) == []


READS = {
    "parquet": (pd.read_parquet, lambda path: pd.DataFrame({"a": range(1000)}).to_parquet(path)),
    "npy": (np.load, lambda path: np.save(path, np.arange(1000))),
    "npz": (lambda path: dict(np.load(path)), lambda path: np.savez(path, a=np.arange(1000))),
    "json": (lambda path: json.loads(path.read_text()), lambda path: path.write_text(json.dumps([1] * 100))),
    "zip": (zipfile.ZipFile, lambda path: zipfile.ZipFile(path, "w").close()),
}


@pytest.mark.parametrize("kind", READS)
@pytest.mark.parametrize("damage", ["absent", "empty", "cut", "noise"])
def test_a_damaged_file_is_one_line(tmp_path, kind, damage):
    read, write = READS[kind]
    path = tmp_path / f"file.{kind}"
    write(path)
    content = path.read_bytes()
    path.unlink()
    match damage:
        case "empty":
            path.touch()
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "noise":
            path.write_bytes(np.random.default_rng(1).bytes(len(content)))
    with pytest.raises(WorkspaceError) as caught, reading(path):
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_writers_of_a_folder_leave_one_whole_folder(tmp_path):
    with whole_folder(tmp_path / "f") as one, whole_folder(tmp_path / "f") as two:
        (one / "a").write_text("one")
        (two / "a").write_text("two")
    assert (tmp_path / "f" / "a").read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert [path.name for path in (tmp_path / "f").iterdir()] == ["a"]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_what_is_written_has_the_usual_permissions(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "table.csv", lambda beside: beside.write_text("a"))
    finally:
        os.umask(before)
    assert (tmp_path / "table.csv").stat().st_mode & 0o777 == mode


def test_a_zip_file_is_the_same_whenever_it_is_written(tmp_path, monkeypatch):
    for number, level in enumerate((0, 0, 6, 6)):
        monkeypatch.setattr(time, "time", lambda number=number: 1e9 * number)
        write_zip(tmp_path / str(number), {"a": b"x" * 999, "b": "text"}, level=level)
    first, second, third, fourth = ((tmp_path / str(number)).read_bytes() for number in range(4))
    assert first == second
    assert third == fourth
    assert len(third) < len(first)
    with zipfile.ZipFile(tmp_path / "3") as archive:
        assert (archive.read("a"), archive.read("b")) == (b"x" * 999, b"text")
