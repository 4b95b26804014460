"""Summaries of files: each is read once, with its digest, in processes too."""

import gzip
import subprocess
import sys
import zlib
from dataclasses import replace

import pytest

from clara_engine.readers import write_spoc
from clara_engine.store import file_summary
from clara_engine.store.file_summary import digest_of, summarise_file, summarise_files
from tests.small_workspace import star


def written(folder, tic=1, *, seed=None, days=0.0, **facts):
    """A file of a star whose times begin `days` later."""
    folder.mkdir(parents=True, exist_ok=True)
    curve = star(tic, seed=tic if seed is None else seed)
    target = replace(curve.target, **facts)
    path = folder / f"{tic}-{len(list(folder.iterdir()))}.fits"
    return write_spoc(replace(curve, time=curve.time + days, target=target), path)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_is_read_once_and_its_digest_is_that_of_its_bytes(tmp_path, monkeypatch, zipped):
    path = written(tmp_path / "a")
    if zipped:
        path = path.with_name(path.name + ".gz")
        path.write_bytes(gzip.compress(next((tmp_path / "a").iterdir()).read_bytes()))
    opened = []

    def spy(file, *args, real=open, **choices):
        opened.append(str(file))
        return real(file, *args, **choices)

    monkeypatch.setattr("io.open", spy)
    monkeypatch.setattr("builtins.open", spy)
    found = summarise_file(path)
    monkeypatch.undo()
    assert opened == [str(path)]
    assert found.digest == f"{zlib.crc32(path.read_bytes()):08x}" == digest_of(path)
    monkeypatch.setattr(file_summary, "WHOLE_BYTES", 0)
    assert repr(summarise_file(path)) == repr(found)  # NaN is not NaN


def test_many_files_are_read_in_processes_too_and_each_once(light_curve_folder, monkeypatch, tmp_path):
    files = sorted(light_curve_folder.iterdir())
    alone = {one.path: one for one in map(summarise_file, files)}
    monkeypatch.setattr(file_summary, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(file_summary, "CHUNK", 3)
    monkeypatch.setattr(file_summary, "cores", lambda: 2)
    ticks = []
    spread = list(summarise_files([(str(path), "") for path in files], lambda done, total: ticks.append((done, total))))
    assert len(spread) == len(files)
    assert all(alone[one.path].found[0].target.id == one.found[0].target.id for one in spread)
    assert ticks[-1] == (40, 40)


def test_processes_that_read_files_start_without_pandas():
    """Each would need half a second more at its start."""
    check = "import sys, clara_engine.store.file_summary; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
