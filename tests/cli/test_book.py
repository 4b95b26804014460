"""The command that writes the figures of a run."""


def test_a_book_is_written_and_said(clara, folder, tmp_path):
    place = tmp_path / "book"
    told = clara("book", place, "--run", "small", "--label", "truth/dip", "--workspace", folder, "--json").json()
    assert told["folder"] == str(place)
    assert {path.name for path in place.iterdir()} == set(told["files"])
    chapters = {one["title"]: one for one in told["chapters"]}
    assert chapters["Performance"]["pictures"][0]["files"] == ["performance.png"]
    said = clara("book", place, "--workspace", folder)
    assert "clara map tsne" in said.err
    assert f"open {place / 'index.html'}" in said.err.splitlines()[-1]


def test_other_formats_are_refused_in_one_line(clara, folder, tmp_path):
    failed = clara("book", tmp_path / "book", "--format", "gif", "--workspace", folder)
    assert failed.code == 1
    assert "no format of pictures" in failed.err.splitlines()[-1]
