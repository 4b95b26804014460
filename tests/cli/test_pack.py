"""The command that packs light curves."""

import shutil


def test_it_says_what_was_packed(clara, folder, tmp_path):
    ws = shutil.copytree(folder, tmp_path / "ws")
    told = clara("pack", "--workspace", ws, "--json").json()
    assert (told["light_curves"], told["files"], told["failed"]) == (40, 2, [])
    again = clara("pack", "--workspace", ws)
    assert "40 were packed before" in again.err
    assert clara("pack", "--sector", "9", "--workspace", ws).code == 1
