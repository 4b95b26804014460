"""Commands that keep a workspace safe."""


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
