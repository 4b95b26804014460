"""Commands that carry forests between workspaces."""

from clara_engine import Workspace


def test_a_forest_is_exported_and_imported(clara, folder, workspace, tmp_path):
    file = tmp_path / "small.clara-forest"
    written = clara("export-forest", "small", file, "--workspace", folder, "--json").json()
    assert written["bytes"] == file.stat().st_size
    taken = clara("import-forest", file, "--name", "mine", "--workspace", workspace.folder, "--json").json()
    assert (taken["name"], taken["trained"]) == ("mine", 40)
    here = Workspace.open(workspace.folder).runs.get("mine").scores()
    there = Workspace.open(folder).runs.get("small").scores()
    assert here["anomaly_score"].tolist() == there["anomaly_score"].tolist()
    assert "imported" in clara("show", "mine", "--workspace", workspace.folder).err


def test_what_is_no_forest_is_one_line(clara, folder, tmp_path):
    (tmp_path / "f.clara-forest").write_bytes(b"x")
    for file, words in ((tmp_path / "f.clara-forest", "forest file"), (tmp_path / "g.npz", "with which design")):
        failed = clara("import-forest", file, "--workspace", folder)
        assert failed.code == 1
        assert words in failed.err.splitlines()[-1]
    assert "ends in .clara-forest" in clara("export-forest", "small", tmp_path / "f.pkl", "--workspace", folder).err
