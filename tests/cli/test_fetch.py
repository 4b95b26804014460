"""The commands that ask archives: exit codes, one line for what goes wrong, JSON."""

import pytest
import tomli_w

from tests.stand_in import FAST, PATHS, Reply


@pytest.fixture
def elsewhere(stand_in, tmp_path):
    """A file that sends every question to the stand-in."""
    file = tmp_path / "archives.toml"
    file.write_text(tomli_w.dumps({name: {"address": stand_in.address + path, **FAST} for name, path in PATHS.items()}))
    return file


@pytest.fixture
def fetch(clara, elsewhere, tmp_path):
    return lambda *arguments: clara("fetch", "-w", tmp_path / "ws", "--archives", elsewhere, *arguments)


def test_fetch_a_part_of_a_sector(fetch, mast):
    ran = fetch("--sector", 1, "--limit", 4)
    assert ran.code == 0
    assert "4 downloaded" in ran.err
    assert "the workspace holds 4 targets" in ran.err
    again = fetch("--sector", 1, "--limit", 4, "--json")
    assert (again.json()["new"], len(again.json()["present"])) == ([], 4)


def test_fetch_by_environment(clara, elsewhere, mast, tmp_path, monkeypatch):
    monkeypatch.setenv("CLARA_ARCHIVES", str(elsewhere))
    assert clara("fetch", "-w", tmp_path / "ws", "--sector", 1, "--limit", 1).code == 0


def test_fetch_a_target_list_of_my_own(fetch, mast, tmp_path):
    star = {"tic": 3, "name": "x", "class": "planet", "sector": 1, "reference": "nobody 2026"}
    listed = tmp_path / "mine.toml"
    listed.write_text(tomli_w.dumps({"name": "mine", "title": "mine", "star": [star, star | {"tic": 999}]}))
    ran = fetch("--manifest", listed)
    assert ran.code == 0
    assert "clara: TIC 999: no 120 s light curve in sector 1" in ran.err


def test_fetch_goes_on_after_the_archive_was_down(fetch, mast):
    send = mast.routes["/api/v0.1/Download/file"]
    fetch("--sector", 1, "--limit", 2)
    mast.routes["/api/v0.1/Download/file"] = Reply(status=503)
    ran = fetch("--sector", 1)
    assert ran.code == 1
    assert "MAST stopped answering: run again to go on" in ran.err.splitlines()[-1]
    mast.routes["/api/v0.1/Download/file"] = send
    assert fetch("--sector", 1).code == 0


def test_verify(fetch, mast, tmp_path):
    fetch("--sector", 1, "--limit", 2)
    assert fetch("--verify", "--json").json() == {"checked": 2, "altered": []}
    next((tmp_path / "ws" / "downloads" / "s0001").glob("*.fits")).write_bytes(b"")
    ran = fetch("--verify")
    assert ran.code == 1
    assert "is not what was downloaded: fetch it again with --refresh" in ran.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "say what: --sector 1"),
        (["--tic", 1, "--manifest", "first_light"], "choose one of"),
        (["--cone", "10 20"], 'is not "RA DEC RADIUS"'),
        (["--cone", "10 20 30"], "radius up to 10 degrees"),
        (["--sector", 0], "--sector"),
    ],
)
def test_wrong_usage(fetch, arguments, line):
    ran = fetch(*arguments)
    assert ran.code == 2
    assert line in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--sector", 500], "the manifest knows no sector 500"),
        (
            ["--manifest", "second_light"],
            "no target list 'second_light': choose first_light, simbad_references, or give a TOML file",
        ),
        (["--sector", 1], "MAST (lists of light curves) is out of order (HTTP 503)"),
    ],
)
def test_failures_are_one_line(fetch, stand_in, arguments, line):
    stand_in.routes["/"] = Reply(status=503)
    ran = fetch(*arguments)
    assert ran.code == 1
    assert line in ran.err.splitlines()[-1]
    assert "Traceback" not in ran.err


def test_crossmatch(clara, elsewhere, observed, sky):
    ran = clara("crossmatch", "-w", observed.folder, "--archives", elsewhere, "--toi", "--gaia", "--json")
    assert ran.code == 0
    services = {row["service"]: row for row in ran.json()["services"]}
    assert services["toi"]["labels"] == 2
    assert services["gaia"]["parameters"] > 0
    assert {note["tic"] for note in ran.json()["notes"]} == {1001, 1002, 1003}


def test_crossmatch_tells_what_is_old(clara, elsewhere, observed, sky):
    clara("crossmatch", "-w", observed.folder, "--archives", elsewhere)
    sky.routes = {"/": Reply(status=503)}
    ran = clara("crossmatch", "-w", observed.folder, "--archives", elsewhere, "--refresh")
    assert ran.code == 0
    assert "simbad: SIMBAD is out of order (HTTP 503): try again later; answers 0 days old are used" in ran.err


def test_crossmatch_with_one_archive_down(clara, elsewhere, observed, sky):
    sky.routes["/simbad/"] = Reply(status=503)
    ran = clara("crossmatch", "-w", observed.folder, "--archives", elsewhere)
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == ("clara: no answer for simbad: run again later; what the others gave is stored")
    assert not observed.labels.frame().empty


def test_what_did_not_come_is_listed_and_resumed(clara, fetch, mast, tmp_path):
    whole = mast.routes["/api/v0.1/Download/file"]
    mast.routes["/api/v0.1/Download/file"] = Reply(status=404)
    assert fetch("--sector", 1, "--limit", 2).code == 1
    listed = clara("failures", "-w", tmp_path / "ws", "--json").json()["failures"]
    assert [one["kind"] for one in listed] == ["download", "download"]
    assert "has nothing at" in listed[0]["reason"]
    mast.routes["/api/v0.1/Download/file"] = whole
    assert "2 downloaded" in fetch("--resume").err
    assert "nothing has failed" in clara("failures", "-w", tmp_path / "ws").err
    assert "earlier downloads are complete" in fetch("--resume").err


def test_tables_are_ingested_and_other_tables_passed_over(clara, tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    rows = "\n".join(f"{1325 + i / 720:.6f},{1 + 1e-3 * (i % 7):.6f}" for i in range(200))
    (folder / "TIC42.csv").write_text(f"time,flux\n{rows}\n")
    (folder / "labels.csv").write_text("tic,kind\n42,planet\n")
    ran = clara("ingest", folder, "-w", tmp_path / "ws")
    assert "1 added" in ran.err
    assert "passed over 1 table that lacks a time column" in ran.err
    (folder / "more.csv").write_text("tic,teff\n42,5000\n")
    ran = clara("label", folder / "more.csv", "-p", "teff", "-w", tmp_path / "ws", "--json")
    assert ran.json() == {"parameters": 1}
    assert clara("label", folder / "more.csv", "-w", tmp_path / "ws").code == 2
