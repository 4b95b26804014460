"""Receipts of downloads: what was written, what has changed since, and damaged records."""

import hashlib
import time

from clara_engine.archives.receipts import RECORD, altered, receipts
from tests.archives.answers import CONTENT
from tests.stand_in import file_route


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


def test_a_file_that_changed_here_is_noticed(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits", "b.fits", "c.fits")
    folder = tmp_path / "got"
    assert altered(folder) == []
    (folder / "a.fits").write_bytes(CONTENT[:-1])
    (folder / "b.fits").write_bytes(CONTENT[::-1])
    assert altered(folder) == ["a.fits", "b.fits"]
    assert get("a.fits", "b.fits").new == ("a.fits",)  # its size tells


def test_a_damaged_record_is_passed_over(stand_in, get, tmp_path):
    stand_in.routes["/file/"] = file_route(CONTENT)
    get("a.fits")
    record = tmp_path / "got" / RECORD
    record.write_bytes(record.read_bytes() + b'\n{"name": "half')
    get("b.fits")
    assert list(receipts(tmp_path / "got")) == ["a.fits", "b.fits"]
