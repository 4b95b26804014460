"""Names are text: nothing in them is markup, and nothing in them reaches the terminal as a command."""

import json
import shutil
import sqlite3

import pytest

from clara_engine.workspace import Workspace

NASTY = [r"\[/x]", "[bold]:smile:", "\x1b[31mred", "two\nlines", "a\u202eb"]


@pytest.fixture(scope="module")
def named(trained, tmp_path_factory):
    """Makes a workspace whose run, label, selection, verdict and file were stored under a name, checked or not."""

    def make(name):
        folder = tmp_path_factory.mktemp("named") / "ws"
        shutil.copytree(trained.folder, folder)
        with sqlite3.connect(folder / "clara.sqlite") as connection:
            record = connection.execute("SELECT record FROM runs").fetchone()[0]
            facts = json.loads(record)
            facts["spec"]["name"] = name
            facts["measures"] = {f"truth/{name}": next(iter(facts["measures"].values()))}
            connection.execute("UPDATE runs SET name = ?, record = ?", (name, json.dumps(facts)))
            connection.execute("UPDATE labels SET value = ? WHERE value = 'dip'", (name,))
            connection.execute(
                "INSERT INTO unreadable (path, reason, root) VALUES (?, ?, '')", (f"/data/{name}.fits", f"{name}: no")
            )
            connection.execute("INSERT INTO failures VALUES ('file', ?, ?, '', 0)", (name, name))
            connection.execute(
                "INSERT INTO ephemerides (star, target_id, name, kind, epoch_btjd, source, note, author, created) "
                "VALUES (?, 'x', ?, ?, 1, ?, ?, ?, 0)",
                (name,) * 6,
            )
        connection.close()
        return folder

    return make


@pytest.mark.parametrize("name", NASTY)
def test_what_was_stored_under_any_name_is_listed_and_seen_as_it_is(clara, named, name):
    folder = named(name)
    shown = name.encode("unicode_escape").decode() if not name.isprintable() else name
    for command in (
        ["runs"],
        ["show"],
        ["evaluate"],
        ["ephemerides"],
        ["failures"],
        ["targets"],
        ["clusters"],
        ["query", "SELECT run FROM runs"],
        ["query", "SELECT value FROM labels"],
    ):
        answer = clara(*command, "--workspace", folder)
        assert answer.code == 0, answer.err
        said = answer.out + answer.err
        assert not any(letter in said for letter in "\x1b\x9b\u202e"), command
        if command[0] in ("runs", "ephemerides", "failures", "targets", "query"):
            assert shown in said, command
        assert clara(*command, "--json", "--workspace", folder).code == 0
    assert Workspace.open(folder).runs.get(name).name == name


@pytest.mark.parametrize("name", ["\x1b[31mred", "two\nlines", "a\u202eb"])
def test_control_characters_are_refused_when_typed(clara, trained, tmp_path, name):
    folder = shutil.copytree(trained.folder, tmp_path / "ws")
    before = counts(folder)
    star = trained.targets.ids()[0]
    table = tmp_path / "labels.csv"
    table.write_text(f"target_id,kind\n{star},odd\n")
    for command in (
        ["train", "--name", name],
        ["label", table, "--column", f"kind={name}"],
        ["fold", star, "--period", "2.5", "--save", name],
        ["cluster", "--title", name],
    ):
        answer = clara(*command, "--workspace", folder)
        assert answer.code == 1, (command, answer.err)
        last = answer.err.strip().splitlines()[-1]
        assert "control character" in last, (command, answer.err)
        assert not any(letter in answer.err for letter in "\x1b\u202e")
    assert counts(folder) == before


def counts(folder):
    ws = Workspace.open(folder)
    return len(ws.runs.list()), len(ws.clusterings.list()), len(ws.ephemerides.standing())


@pytest.mark.parametrize("name", ["\x1b[31mred", "a\nb", "[/x]"])
def test_wrong_usage_does_not_pass_it_on(clara, tmp_path, name):
    Workspace.open(tmp_path)
    for arguments in ([name], ["show", f"--{name}"], ["show", "--top", name], ["show", name, "--workspace", tmp_path]):
        answer = clara(*arguments)
        assert answer.code in (1, 2)
        assert "\x1b" not in answer.out + answer.err, arguments


def test_a_file_name_prints_on_one_line(clara, tmp_path):
    names = ["line\nbreak.fits", "esc\x1b[31m.fits", "[x].fits", "\udcff.fits"]
    (tmp_path / "data").mkdir()
    for name in names:
        (tmp_path / "data" / name).write_bytes(b"no light curve")
    answer = clara("ingest", tmp_path / "data", "--workspace", tmp_path / "ws")
    assert answer.code == 1
    said = [line for line in answer.err.splitlines() if "left out" in line]
    assert len(said) == len(names)
    for shown in (r"line\nbreak.fits", r"esc\x1b[31m.fits", "[x].fits", r"\udcff.fits"):
        assert sum(shown in line for line in said) == 1, shown
    listed = clara("failures", "--workspace", tmp_path / "ws")
    assert listed.code == 0
    assert r"line\nbreak.fits" in listed.out
    assert clara("targets", "--json", "--workspace", tmp_path / "ws").code == 0
