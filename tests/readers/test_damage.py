"""Damaged files of every kind: each is read or refused in one line, soon, and in little memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.once import made_once
from tests.readers.damage import LONGEST_S, MOST_BYTES, read_damaged, said, write_each

SEED = 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "every_kind", write_each)


@pytest.fixture(scope="module")
def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_whole_is_read_and_pickles_are_refused(files: list[Path]) -> None:
    assert len(files) > 35
    refused = sorted(path.name for path in files if said(path)[0])
    assert refused == ["pickle.csv", "pickle.fits", "pickle.parquet", "pixels.fits"]


def test_damaged_files_are_read_or_refused_in_a_line(files: list[Path], tmp_path: Path) -> None:
    found = list(read_damaged(files, tmp_path, SEED, range(4 * len(files))))
    assert [wrong for wrong, *_ in found if wrong] == []
    read = sum(good for *_, good in found)
    assert 0 < read < len(found) / 2


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_damaged_files(folder: Path, tmp_path: Path) -> None:
    shared = Path(os.environ.get("CLARA_SHARED_DATA", "none"))
    real = [path for part in sorted(shared.glob("real_more/*/")) for path in sorted(part.glob("*.*"))[:5]]
    command = [sys.executable, "-m", "tests.readers.damage", str(folder), str(tmp_path), str(SEED)]
    begun = subprocess.run(
        [*command, "0", "10000", *map(str, real)],
        capture_output=True,
        text=True,
        timeout=3500,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert begun.returncode == 0, begun.stderr[-3000:]
    found = json.loads(begun.stdout)
    assert found["wrong"] == []
    assert found["slowest_s"] < LONGEST_S
    assert found["peak_bytes"] < MOST_BYTES
    assert 0 < found["read"] < 5000
