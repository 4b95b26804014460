"""The cache of a workspace stays bounded: what was used longest ago goes, what was used today never does."""

import os
import time
from pathlib import Path

import pytest

from clara_engine.store.cache_folder import DAY_S, STAMP, CacheFolder
from clara_engine.workspace import Workspace


def aged(path: Path, days: float) -> Path:
    then = time.time() - days * DAY_S
    os.utime(path, (then, then))
    return path


@pytest.fixture
def cache(tmp_path: Path) -> CacheFolder:
    """Four entries of 100 bytes, used four, three and two days ago, and today."""
    cache = CacheFolder(tmp_path / "cache")
    for days, name in ((4, "a"), (3, "b")):
        path = cache.place("injected", name)
        path.mkdir(parents=True)
        (path / "rows.npy").write_bytes(bytes(100))
        aged(path, days)
    for days, name in ((2, "c.parquet"), (0, "d.parquet")):
        path = cache.place("peers", name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(100))
        aged(path, days)
    (cache.folder / STAMP).unlink()
    return cache


def names(cache: CacheFolder) -> list[str]:
    return sorted(path.name for path in cache.folder.glob("*/*"))


def test_what_was_used_longest_ago_goes_first(cache: CacheFolder) -> None:
    assert cache.trim(250) == 2
    assert names(cache) == ["c.parquet", "d.parquet"]


def test_what_is_asked_for_counts_as_used(cache: CacheFolder) -> None:
    cache.place("injected", "a")
    assert cache.trim(250) == 2
    assert names(cache) == ["a", "d.parquet"]


def test_what_was_used_today_stays_however_much_it_is(cache: CacheFolder) -> None:
    assert cache.trim(0) == 3
    assert names(cache) == ["d.parquet"]


def test_it_is_looked_at_once_a_day(cache: CacheFolder) -> None:
    assert cache.trim(1e6) == 0
    assert cache.trim(0) == 0
    aged(cache.folder / STAMP, 1.1)
    assert cache.trim(0) == 3


def test_entries_of_earlier_versions_go_too(cache: CacheFolder) -> None:
    old = cache.folder / "median-flux_power-0.npy"
    old.write_bytes(bytes(100))
    aged(old, 9)
    assert cache.trim(450) == 1
    assert not old.exists()


def test_room_is_made_when_something_is_added_and_only_then(
    cache: CacheFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Workspace.open(tmp_path)
    cache.place("injected", "a")
    assert not (cache.folder / STAMP).exists()
    monkeypatch.setattr(cache, "trim", lambda: CacheFolder.trim(cache, 250))
    cache.place("injected", "new")
    assert names(cache) == ["a", "d.parquet"]
