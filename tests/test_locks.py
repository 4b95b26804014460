"""Whether whoever wrote a file is still at work."""

import os

from clara_engine.locks import hold, left_behind


def test_a_file_is_left_behind_when_its_writer_is_gone(tmp_path):
    path = tmp_path / "part"
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    held = hold(handle)
    with left_behind(path) as gone:
        assert gone is False
    os.close(handle)
    if held is not None:  # where files can be locked
        with left_behind(path) as gone:
            assert gone


def test_a_file_that_is_not_there_is_nobodys(tmp_path):
    with left_behind(tmp_path / "none") as gone:
        assert gone is False
