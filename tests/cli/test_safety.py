"""Commands that keep a workspace safe."""

import shutil


def test_a_workspace_is_copied_and_brought_back(clara, folder, tmp_path):
    made = clara("backup", tmp_path / "b.zip", "--workspace", folder)
    assert made.code == 0
    assert "40 light curves lie in other folders" in made.err
    told = clara("restore", tmp_path / "b.zip", tmp_path / "again", "--json").json()
    assert (told["workspace"], told["missing"]) == (str(tmp_path / "again"), [])
    shown = [clara("runs", "--workspace", place, "--json").json() for place in (folder, tmp_path / "again")]
    assert shown[0] == shown[1]
    failed = clara("restore", tmp_path / "b.zip", tmp_path / "again")
    assert (failed.code, "is there already" in failed.err, len(failed.err.splitlines())) == (1, True, 1)


def test_a_check_says_what_is_damaged_and_ends_with_1(clara, folder, tmp_path):
    place = shutil.copytree(folder, tmp_path / "ws")
    assert clara("check", "--files", "--workspace", place).code == 0
    (path,) = place.glob("runs/*/scores.parquet")
    path.write_bytes(path.read_bytes()[:-100])
    failed = clara("check", "--workspace", place)
    assert (failed.code, failed.out.startswith(f"{path}: "), len(failed.out.splitlines())) == (1, True, 1)
    (fault,) = clara("check", "--workspace", place, "--json").json()["faults"]
    assert (fault["file"], "clara train" in fault["way_out"]) == (str(path), True)
    (place / "clara.sqlite").write_bytes(b"SQLite format 3\0" + bytes(5000))
    (fault,) = clara("check", "--workspace", place, "--json").json()["faults"]
    assert fault["file"] == str(place / "clara.sqlite")
