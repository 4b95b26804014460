"""Answers of archives are asked for once, kept with their age, and used when the archive is down."""

import time

import pandas as pd
import pytest

from clara_engine.errors import ArchiveError, WorkspaceError
from clara_engine.sealed import sealed, unsealed
from clara_engine.store.archive_answers import ArchiveCache


class Archive:
    """Knows even numbers; notes what it is asked, and can be switched off."""

    def __init__(self):
        self.asked = []
        self.fail_after = None

    def __call__(self, keys):
        if self.fail_after is not None and len(self.asked) >= self.fail_after:
            raise ArchiveError("it is down")
        self.asked.append(keys)
        known = [key for key in keys if key % 2 == 0]
        return pd.DataFrame({"half": [key / 2 for key in known], "turn": len(self.asked)}, index=known)


@pytest.fixture
def archive():
    return Archive()


@pytest.fixture
def cache(tmp_path):
    return ArchiveCache(tmp_path)


def aged(cache, name, days):
    """The same answers, as if they had come `days` ago."""
    import pyarrow.parquet as pq

    for path in (cache.folder / name).glob("*.parquet"):
        table = pq.read_table(path)
        about = unsealed(table.schema.metadata[b"clara"])
        about["asked_at"] -= days * 86400
        pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"clara": sealed(about)}), path)


def test_each_key_is_asked_once(cache, archive):
    first = cache.answer("a", [1, 2, 3, 4], archive)
    second = cache.answer("a", [2, 3, 6], archive)
    assert archive.asked == [[1, 2, 3, 4], [6]]
    assert first.table["half"].to_dict() == {2: 1.0, 4: 2.0}
    assert second.table["half"].to_dict() == {2: 1.0, 6: 3.0}
    assert set(second.asked_at) == {2, 3, 6}  # that 3 is unknown is known
    assert 0 <= second.age_days < 0.01


def test_it_outlives_the_process(cache, archive, tmp_path):
    cache.answer("a", [2], archive)
    assert ArchiveCache(tmp_path).answer("a", [2], archive).table["half"].tolist() == [1.0]
    assert len(archive.asked) == 1


def test_old_answers_are_asked_for_again(cache, archive):
    cache.answer("a", [2], archive)
    aged(cache, "a", days=31)
    assert cache.answer("a", [2], archive, max_age_days=30).table["turn"].tolist() == [2]
    assert len(list((cache.folder / "a").iterdir())) == 1  # nobody needs the older file


def test_refresh_asks_again(cache, archive):
    cache.answer("a", [2, 4], archive)
    answer = cache.answer("a", [2], archive, refresh=True)
    assert answer.table["turn"].tolist() == [2]
    assert cache.kept("a").table["turn"].to_dict() == {2: 2, 4: 1}


def test_an_archive_that_is_down_is_replaced_by_what_it_said(cache, archive):
    cache.answer("a", [2, 3], archive)
    aged(cache, "a", days=100)
    archive.fail_after = 0
    answer = cache.answer("a", [2, 3, 4], archive)
    assert answer.table["half"].to_dict() == {2: 1.0}
    assert answer.problem == "it is down"
    assert answer.unanswered == (4,)
    assert answer.age_days == pytest.approx(100, abs=0.1)


def test_an_archive_that_is_down_with_nothing_kept(cache, archive):
    archive.fail_after = 0
    with pytest.raises(ArchiveError, match="it is down"):
        cache.answer("a", [2], archive)


def test_what_came_before_it_broke_is_kept(cache, archive):
    archive.fail_after = 2
    answer = cache.answer("a", list(range(10)), archive, chunk=3)
    assert sorted(answer.asked_at) == [0, 1, 2, 3, 4, 5]
    assert answer.unanswered == (6, 7, 8, 9)
    archive.fail_after = None
    assert cache.answer("a", list(range(10)), archive, chunk=3).unanswered == ()
    assert archive.asked[2:] == [[6, 7, 8], [9]]


def test_progress_ends_at_the_end_and_can_stop(cache, archive):
    seen = []
    cache.answer("a", list(range(6)), archive, chunk=2, progress=lambda *at: seen.append(at))
    assert seen == [(0, 6), (2, 6), (4, 6), (6, 6)]


def test_a_damaged_file_counts_as_not_there(cache, archive):
    cache.answer("a", [2], archive)
    (path,) = (cache.folder / "a").iterdir()
    path.write_bytes(path.read_bytes()[:50])
    assert cache.answer("a", [2], archive).table["half"].tolist() == [1.0]
    assert len(archive.asked) == 2


def test_archives_and_their_keys_do_not_mix(cache, archive):
    cache.answer("a", [2], archive)
    assert cache.kept("b").asked_at == {}
    assert cache.kept("a", [4]).unanswered == (4,)
    assert cache.kept("a", [2]).oldest == pytest.approx(time.time(), abs=60)


def test_a_folder_that_can_not_be_written(tmp_path, archive):
    (tmp_path / "a").write_text("")
    with pytest.raises(WorkspaceError, match="can't be written"):
        ArchiveCache(tmp_path).answer("a", [2], archive)


class Table:
    """An archive that gives all it knows, several rows a star; it can be switched off."""

    def __init__(self):
        self.asked = 0
        self.down = False

    def __call__(self):
        if self.down:
            raise ArchiveError("it is down")
        self.asked += 1
        return pd.DataFrame({"tic": [2, 2, 4], "turn": self.asked}, index=[2, 2, 4])


def test_a_whole_table_answers_for_every_star(cache):
    table = Table()
    answer = cache.whole("t", table)
    assert answer.table["tic"].tolist() == [2, 2, 4]
    assert answer.answered([1, 2]) == {1, 2}
    assert cache.kept("t", [2]).table["tic"].tolist() == [2, 2]
    assert cache.kept("t", [1]).table.empty
    assert cache.kept("t", [1]).oldest == answer.oldest == answer.newest
    assert cache.whole("t", table).table["turn"].tolist() == [1, 1, 1]
    assert cache.whole("t", table, refresh=True).table["turn"].tolist() == [2, 2, 2]
    assert len(list((cache.folder / "t").glob("*.parquet"))) == 1


def test_an_old_whole_table_is_asked_for_again_and_used_when_the_archive_is_down(cache):
    table = Table()
    cache.whole("t", table)
    aged(cache, "t", 40)
    table.down = True
    answer = cache.whole("t", table)
    assert answer.problem == "it is down"
    assert answer.age_days == pytest.approx(40, abs=0.1)
    table.down = False
    assert cache.whole("t", table).table["turn"].tolist() == [2, 2, 2]
    table.down = True
    with pytest.raises(ArchiveError, match="it is down"):
        cache.whole("never", table)


def test_a_whole_table_as_earlier_versions_wrote_it(cache):
    rows = pd.DataFrame({"tic": [2, 2, 4]}, index=["all"] * 3)
    cache.answer("t", ["all"], lambda keys: rows)
    assert cache.kept("t", [2]).table["tic"].tolist() == [2, 2]
    table = Table()
    assert cache.whole("t", table).table.index.tolist() == [2, 2, 4]
    assert table.asked == 0
