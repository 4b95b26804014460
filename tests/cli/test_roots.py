"""The commands roots and roots set: folders outside, and where they are now."""

import shutil

from clara_engine import Workspace


def test_a_moved_folder_is_pointed_at(clara, light_curve_folder, tmp_path):
    (tmp_path / "curves").mkdir()
    for file in sorted(light_curve_folder.iterdir())[:2]:
        shutil.copy(file, tmp_path / "curves")
    at = ("--workspace", tmp_path / "ws")
    Workspace.open(tmp_path / "ws").ingest([tmp_path / "curves"])
    listed = clara("roots", *at, "--json").json()
    (root,) = listed["roots"]
    assert (listed["inside"], root["light_curves"], root["there"]) == (0, 2, True)
    (tmp_path / "curves").rename(tmp_path / "moved")
    assert "no" in clara("roots", *at).out
    nowhere = clara("roots", "set", root["name"], tmp_path, *at)
    assert nowhere.code == 1
    there = clara("roots", "set", root["name"], tmp_path / "moved", *at, "--json").json()
    assert (there["there"], there["files"], there["folder"]) == (2, 2, str(tmp_path / "moved"))
    assert clara("roots", *at, "--json").json()["roots"][0]["there"] is True
