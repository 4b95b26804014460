"""Uploaded files are kept beside those of the same name."""

import pytest

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.store.uploads import keep_upload


def test_uploads_keep_what_was_there(tmp_path):
    Workspace.open(tmp_path)
    first = keep_upload(tmp_path, "../../etc/a b.fits", b"one")
    assert first.name == "a_b.fits"
    assert first.is_relative_to(tmp_path / "uploads")
    assert keep_upload(tmp_path, "a b.fits", b"two") != first
    assert first.read_bytes() == b"one"
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="can't be kept"):
        keep_upload(tmp_path / "file", "a", b"")
