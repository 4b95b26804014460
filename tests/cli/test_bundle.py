"""The command that freezes a run."""


def test_a_run_is_frozen_checked_and_damage_is_said(clara, folder, tmp_path):
    place = tmp_path / "bundle"
    told = clara("bundle", "small", place, "--workspace", folder, "--json").json()
    assert (told["missing"], told["file"]) == ([], str(place))
    assert {path.name for path in place.iterdir()} == set(told["files"])
    assert "as it was written" in clara("bundle", "--verify", place).err
    (place / "scores.csv").write_text("")
    failed = clara("bundle", "--verify", place)
    assert (failed.code, failed.out) == (1, "changed: scores.csv\n")
    assert clara("bundle", "--verify", place, "--json").json()["differences"] == [
        {"file": "scores.csv", "what": "changed"}
    ]


def test_a_licence_is_an_address(clara, folder, tmp_path):
    failed = clara("bundle", "small", tmp_path / "b.zip", "--license", "MIT", "--workspace", folder)
    assert (failed.code, "is no address" in failed.err) == (1, True)
    assert not (tmp_path / "b.zip").exists()
