"""One file from an archive: resumed, verified, refused, cancelled."""

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clara_engine.archives.transfer import PART
from clara_engine.errors import ArchiveError, Cancelled
from tests.archives.answers import CONTENT, wanted
from tests.stand_in import Reply, file_route


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
