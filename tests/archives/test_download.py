"""Downloads arrive whole, resume, are recorded, and cost nothing that was there."""

import errno
import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clara_engine.archives import Download, download
from clara_engine.archives.receipts import RECORD, altered, receipts
from clara_engine.archives.transfer import PART
from clara_engine.errors import ArchiveError, Cancelled
from tests.stand_in import Reply, StandIn, file_route

CONTENT = b"SIMPLE  =                    T" + bytes(range(256)) * 4000
PLENTY = 10**12


@pytest.fixture
def mast(services):
    return services["mast"]


@pytest.fixture
def get(mast, tmp_path):
    def run(*names, folder=tmp_path / "got", **options):
        files = [name if isinstance(name, Download) else wanted(mast, name) for name in names]
        return download(mast, files, folder, **{"free": lambda _: PLENTY} | options)

    return run


def wanted(mast, name, **known):
    return Download(name, f"{mast.address}/file/{name}", **known)


def test_files_arrive_with_a_receipt(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    before = time.time()
    got = get("s0001/a.fits", "b.fits")
    assert sorted(got.new) == ["b.fits", "s0001/a.fits"]
    assert got.bytes == 2 * len(CONTENT)
    assert (tmp_path / "got" / "s0001" / "a.fits").read_bytes() == CONTENT
    receipt = receipts(tmp_path / "got")["b.fits"]
    assert receipt.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (receipt.bytes, receipt.tag) == (len(CONTENT), '"v1"')
    assert before <= receipt.fetched <= time.time()


def test_what_is_here_is_not_asked_for(stand_in, get):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits")
    again = get("a.fits", "b.fits")
    assert (again.present, again.new) == (("a.fits",), ("b.fits",))
    assert [asked.path for asked in stand_in.asked] == ["/file/a.fits", "/file/b.fits"]


@pytest.mark.parametrize("cut", [0, 1, 262_144, 300_000, len(CONTENT) - 1])
def test_a_broken_download_goes_on_where_it_stopped(stand_in, get, tmp_path, cut):
    whole = file_route(CONTENT)
    cuts = iter([cut, None])

    def breaks(asked):
        reply = whole(asked)
        reply.cut = next(cuts)
        return reply

    stand_in.routes["/file/"] = breaks
    assert get("a.fits").new == ("a.fits",)
    first, second = stand_in.asked
    assert "Range" not in first.headers
    assert int(second.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-")) == cut // 262_144 * 262_144
    assert (tmp_path / "got" / "a.fits").read_bytes() == CONTENT
    assert not list((tmp_path / "got").glob("*.part*"))


def test_a_part_of_another_run_is_used(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = Reply(CONTENT, headers={"ETag": '"v1"'}, cut=300_000)
    with pytest.raises(ArchiveError, match=r"a\.fits: MAST broke off after \d+ (of \d+ )?bytes: run again to resume"):
        get("a.fits")
    assert not (tmp_path / "got" / "a.fits").exists()
    assert (tmp_path / "got" / f"a.fits{PART}").stat().st_size > 0
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits")
    assert "Range" in stand_in.asked[-1].headers
    assert (tmp_path / "got" / "a.fits").read_bytes() == CONTENT


def test_a_part_of_an_older_file_is_thrown_away(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = Reply(CONTENT, headers={"ETag": '"v1"'}, cut=300_000)
    with pytest.raises(ArchiveError):
        get("a.fits")
    newer = CONTENT[:30] + CONTENT[30:][::-1]
    stand_in.routes["/file/"] = file_route(newer, tag='"v2"')
    get("a.fits")
    assert (tmp_path / "got" / "a.fits").read_bytes() == newer


def test_a_server_that_can_not_resume_sends_all_again(stand_in, get, tmp_path):
    replies = iter([Reply(CONTENT, cut=300_000), Reply(CONTENT)])
    stand_in.routes["/file/"] = lambda asked: next(replies)
    get("a.fits")
    assert (tmp_path / "got" / "a.fits").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply(b"<html>log in</html>", kind="text/html"), r"a\.fits: MAST sent an answer that can't be read \(no FITS"),
        (Reply(status=404), r"a\.fits: MAST has nothing at /file/a\.fits"),
        (Reply(status=503), r"a\.fits: MAST is out of order"),
    ],
)
def test_answers_that_are_no_file(stand_in, get, tmp_path, reply, line):
    stand_in.routes["/file/"] = reply
    with pytest.raises(ArchiveError, match=line):
        get("a.fits")
    assert not (tmp_path / "got" / "a.fits").exists()


def test_size_and_checksum_are_held_against_the_manifest(stand_in, get, mast):
    stand_in.routes["/file/"] = file_route(CONTENT)
    good = {"bytes": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()}
    assert get(wanted(mast, "a.fits", **good)).new == ("a.fits",)
    with pytest.raises(ArchiveError, match=r"b\.fits: \d+ bytes instead of 5: the file has changed at its source"):
        get(wanted(mast, "b.fits", bytes=5))
    with pytest.raises(ArchiveError, match=r"c\.fits: not the checksum of the manifest"):
        get(wanted(mast, "c.fits", sha256="0" * 64))


def test_a_file_whose_length_is_not_announced(stand_in, get, mast):
    stand_in.routes["/file/"] = Reply(CONTENT, announced=False)
    assert get(wanted(mast, "a.fits", bytes=len(CONTENT))).new == ("a.fits",)
    stand_in.routes["/file/"] = Reply(CONTENT, announced=False, cut=300_000)
    with pytest.raises(ArchiveError, match=rf"b\.fits: MAST broke off after 300000 of {len(CONTENT)} bytes"):
        get(wanted(mast, "b.fits", bytes=len(CONTENT)))


def test_a_file_that_changed_at_the_archive_is_noticed(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits", "b.fits")
    stand_in.routes["/file/a.fits"] = file_route(CONTENT + b"new", tag='"v2"')
    assert get("a.fits", "b.fits", refresh=True).changed == ("a.fits",)
    assert receipts(tmp_path / "got")["a.fits"].tag == '"v2"'


def test_a_file_that_changed_here_is_noticed(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits", "b.fits", "c.fits")
    folder = tmp_path / "got"
    assert altered(folder) == []
    (folder / "a.fits").write_bytes(CONTENT[:-1])
    (folder / "b.fits").write_bytes(CONTENT[::-1])
    assert altered(folder) == ["a.fits", "b.fits"]
    assert get("a.fits", "b.fits").new == ("a.fits",)  # its size tells


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


def test_cancelling_keeps_the_part(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    stand_in.routes["/file/slow"] = lambda asked: Reply(CONTENT, wait_s=0.5)

    def stop(done, total):
        if done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        get("a.fits", "slow.fits", workers=2, progress=stop)
    assert (tmp_path / "got" / "a.fits").read_bytes() == CONTENT
    assert get("a.fits", "slow.fits").present == ("a.fits",)


def test_progress_reaches_the_end(stand_in, get):
    stand_in.routes["/file/"] = file_route(CONTENT)
    seen = []
    get(*(f"f{i}.fits" for i in range(5)), progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 5)
    assert seen[-1] == (5, 5)
    assert seen == sorted(seen)


def test_two_at_a_time_do_not_mix_one_file(stand_in, get, tmp_path):
    let_go = threading.Event()

    def slowly(asked):
        assert let_go.wait(30)
        return Reply(CONTENT)

    stand_in.routes["/file/"] = slowly
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get, "a.fits")
        while not stand_in.asked:
            time.sleep(0.01)
        with pytest.raises(ArchiveError, match="another process is downloading it: wait for that one"):
            get("a.fits")
        let_go.set()
        assert first.result(30).new == ("a.fits",)
    assert (tmp_path / "got" / "a.fits").read_bytes() == CONTENT


def test_a_damaged_record_is_passed_over(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits")
    record = tmp_path / "got" / RECORD
    record.write_bytes(record.read_bytes() + b'\n{"name": "half')
    get("b.fits")
    assert list(receipts(tmp_path / "got")) == ["a.fits", "b.fits"]


def test_nobody_there(mast, get):
    server = StandIn()
    server.close()
    with pytest.raises(ArchiveError, match="can't be reached"):
        get(Download("a.fits", f"{server.address}/a.fits"))


@pytest.mark.parametrize("reply", [Reply(CONTENT, wait_s=60), Reply(status=503, headers={"Retry-After": "60"})])
def test_cancelling_waits_for_no_archive(stand_in, get, reply):
    stand_in.routes["/file/"] = reply
    since = time.monotonic()

    def stop(done, total):
        if time.monotonic() - since > 0.2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        get("a.fits", progress=stop)
    assert time.monotonic() - since < 15
    stand_in.routes["/file/"] = file_route(CONTENT)
    assert get("a.fits").new == ("a.fits",)
    time.sleep(0.1)
    assert len(stand_in.asked) == 2  # nobody asks again for what was given up
