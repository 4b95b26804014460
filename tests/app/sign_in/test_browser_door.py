"""A server with a file of passwords, in a browser: the way in, under whose name things are stored, and the way out."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import GONE, PATIENCE, faults_of, free_port, open_page, wait_here

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture
def url(workspace_folder: Path, tmp_path: Path) -> Iterator[str]:
    """The page that ``clara serve`` shows to whoever signs in."""
    users, log, port = tmp_path / "users.json", tmp_path / "log", free_port()
    users.write_text(json.dumps({"ada": "swordfish"}))
    words = ["--workspace", workspace_folder, "--port", port, "--address", "127.0.0.1", "--basic-auth", users]
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "clara_engine", "serve", *map(str, words)],
            stdout=out,
            stderr=out,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
        )
    yield f"http://127.0.0.1:{port}/app"
    process.terminate()
    process.wait(60)
    said = GONE.sub("", log.read_text())
    assert "Traceback" not in said, said
    assert "wrong password for ada" in said
    assert "swordfish" not in said


def come(tab, url: str) -> None:
    """Go to a page that may not answer yet."""
    for _ in range(240):
        try:
            tab.goto(url)
            return
        except Exception as error:
            if "ERR_CONNECTION_REFUSED" not in str(error):
                raise
            time.sleep(0.5)


def sign_in(tab, password: str) -> None:
    tab.get_by_label("name").fill("ada")
    tab.get_by_label("password").fill(password)
    tab.get_by_role("button", name="Sign in").click()


def test_what_a_person_does_is_stored_under_the_login(chromium, url: str, workspace_folder: Path) -> None:
    workspace = Workspace.open(workspace_folder)
    ids = workspace.targets.ids()
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    faults = faults_of(tab)
    tab.set_default_timeout(PATIENCE)
    come(tab, f"{url}?area=vet")
    sign_in(tab, "guess")
    tab.get_by_text("Name and password do not belong together.").wait_for()

    # A verdict that this browser keeps, of another name: the page sends it as soon as it is there.
    kept = {"token": "of bob", "target": ids[0], "star": "his", "label": "pulsator", "note": "", "author": "bob"}
    kept |= {"run": "", "period": None, "tab": "another", "late": True, "at": 1}
    keep = "([name, text]) => localStorage.setItem(name, text)"
    tab.evaluate(keep, [f"clara verdict {workspace_folder} {kept['token']}", json.dumps(kept)])
    sign_in(tab, "swordfish")
    tab.wait_for_url("**/app?area=vet**")
    open_page(tab, tab.url)
    tab.keyboard.press("3")
    wait_here(lambda: len(workspace.verdicts.history()) == 2)
    given = workspace.verdicts.history()
    assert set(given["label"]) == {"pulsator", "flare"}
    assert set(given["author"]) == set(given["account"]) == {"ada"}

    tab.get_by_role("button", name="Explore", exact=True).click()
    tab.get_by_role("button", name=re.compile("^Retrain")).click()
    wait_here(lambda: len(workspace.runs.list()) == 2)
    assert workspace.runs.get("latest").author == "ada"
    tab.get_by_role("button", name="jobs", exact=True).click()
    tab.get_by_role("dialog").get_by_role("cell", name="ada", exact=True).first.wait_for()
    assert set(workspace.job_log.frame()["author"]) == {"ada"}
    tab.keyboard.press("Escape")

    other = context.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(f"{url}?area=data")
    other.get_by_text("What there is").wait_for()
    tab.get_by_label("ada: sign out").click()
    tab.get_by_role("button", name="Sign out").click()
    tab.get_by_text("You are signed out.").wait_for()
    other.get_by_label("password").wait_for()
    assert "next=" in other.url
    tab.goto(url)
    tab.get_by_label("password").wait_for()
    context.close()
    assert faults == []
