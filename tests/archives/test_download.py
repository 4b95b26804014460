"""Downloads arrive whole, resume, are recorded, and cost nothing that was there."""

import errno

import pytest

from clara_engine.archives import Download
from clara_engine.archives.receipts import receipts
from clara_engine.errors import ArchiveError
from tests.archives.answers import CONTENT
from tests.stand_in import Reply, StandIn, file_route


def test_what_is_here_is_not_asked_for(stand_in, get):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits")
    again = get("a.fits", "b.fits")
    assert (again.present, again.new) == (("a.fits",), ("b.fits",))
    assert [asked.path for asked in stand_in.asked] == ["/file/a.fits", "/file/b.fits"]


def test_a_file_that_changed_at_the_archive_is_noticed(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits", "b.fits")
    stand_in.routes["/file/a.fits"] = file_route(CONTENT + b"new", tag='"v2"')
    assert get("a.fits", "b.fits", refresh=True).changed == ("a.fits",)
    assert receipts(tmp_path / "got")["a.fits"].tag == '"v2"'


def test_one_bad_file_does_not_stop_the_others(stand_in, get):
    stand_in.routes |= {"/file/": file_route(CONTENT), "/file/b.fits": Reply(status=404)}
    got = get("a.fits", "b.fits", "c.fits")
    assert sorted(got.new) == ["a.fits", "c.fits"]
    assert [name for name, _ in got.failed] == ["b.fits"]
    assert got.not_tried == 0


def test_an_archive_that_is_down_is_left_alone(stand_in, get):
    stand_in.routes |= {"/file/": Reply(status=503), "/file/f00": file_route(CONTENT)}
    got = get(*(f"f{i:02}.fits" for i in range(40)), workers=2)
    assert got.new == ("f00.fits",)
    assert 6 <= len(got.failed) <= 8
    assert got.not_tried == 39 - len(got.failed)


def test_a_full_disk_is_seen_before(stand_in, get):
    stand_in.routes["/file/"] = file_route(CONTENT)
    with pytest.raises(ArchiveError, match=r"2 files need about 0\.0042 GB, and .* has 1e-08 GB left"):
        get("a.fits", "b.fits", free=lambda _: 10)
    assert not stand_in.asked


def test_a_disk_that_fills_up_keeps_what_came(stand_in, get, tmp_path, monkeypatch):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("clara_engine.archives.transfer._copy", full)
    with pytest.raises(ArchiveError, match=r"the disk of .* is full: make room and run again; what has come is kept"):
        get("a.fits", "b.fits")
    assert (tmp_path / "got" / "a.fits").read_bytes() == CONTENT
    assert list(receipts(tmp_path / "got")) == ["a.fits"]


def test_a_folder_that_can_not_be_written(stand_in, get, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="can't be written"):
        get("a.fits", folder=tmp_path / "file" / "below")


def test_progress_reaches_the_end(stand_in, get):
    stand_in.routes["/file/"] = file_route(CONTENT)
    seen = []
    get(*(f"f{i}.fits" for i in range(5)), progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 5)
    assert seen[-1] == (5, 5)
    assert seen == sorted(seen)


def test_nobody_there(mast, get):
    server = StandIn()
    server.close()
    with pytest.raises(ArchiveError, match="can't be reached"):
        get(Download("a.fits", f"{server.address}/a.fits"))
