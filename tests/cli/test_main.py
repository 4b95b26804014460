"""Exit codes, and the one line of a failure."""

import pytest

from clara_engine import Workspace


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["runs"], "no workspace yet"),
        (["features"], "no workspace yet"),
        (["ingest", "nowhere.fits"], "no readable light curve"),
        (["serve", "--address", "0.0.0.0"], "--basic-auth"),
        (["serve", "--address", "example.org"], "--basic-auth"),
    ],
)
def test_failure_is_code_1_and_one_line(clara, tmp_path, arguments, words):
    failed = clara(*arguments, "--workspace", tmp_path / "ws")
    assert failed.code == 1
    last = failed.err.splitlines()[-1]
    assert last.startswith("clara: ")
    assert words in last
    assert "Traceback" not in failed.err
    assert failed.out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--design", "P7"], "no design 'P7'"),
        (["train", "--design", "huge.toml"], "curves"),
        (["train", "--variant", "URF9"], "URF9"),
        (["train", "--variant", "URF3"], "needs label"),
        (["train", "--forest", "P7"], "no forest preset"),
        (["train", "--variant", "picked", "--pick", "77"], "no target 77"),
        (["show", "unknown"], "no run 'unknown'"),
        (["label", "absent.csv", "-c", "x"], "absent.csv"),
    ],
)
def test_request_that_cannot_be_met_is_code_1_and_one_line(
    clara, tmp_path, monkeypatch, light_curve_folder, small_design, arguments, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "huge.toml").write_text(small_design.to_toml().replace("curves = 40", "curves = 0"))
    Workspace.open(tmp_path / "ws").ingest([min(light_curve_folder.iterdir())])
    failed = clara(*arguments, "--workspace", tmp_path / "ws")
    assert failed.code == 1
    assert failed.err.startswith("clara: ")
    assert len(failed.err.splitlines()) == 1
    assert words in failed.err


@pytest.mark.parametrize("arguments", [["nonsense"], ["show", "--top", "-1"], ["ingest"], ["serve", "--port", "x"]])
def test_wrong_usage_is_code_2(clara, arguments):
    assert clara(*arguments).code == 2


def test_damaged_workspace_is_one_line(clara, tmp_path):
    (tmp_path / "clara.sqlite").write_bytes(b"no database " * 1000)
    failed = clara("runs", "--workspace", tmp_path)
    assert failed.code == 1
    assert len(failed.err.splitlines()) == 1


def test_a_deleted_workspace_is_one_line_and_not_made_by_a_question(clara, tmp_path):
    folder = tmp_path / "ws"
    for command in ("runs", "show", "targets", "failures", "features", "clusters", "train"):
        failed = clara(command, "--workspace", folder)
        assert (failed.code, len(failed.err.splitlines())) == (1, 1)
        assert not folder.exists()
