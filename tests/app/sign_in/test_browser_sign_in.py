"""Somebody signs in, gives a verdict under their name, and signs out: the page that is open elsewhere closes too."""

import re
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, open_page, serve, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_in_and_out(chromium, users: Path, workspace_folder: Path) -> None:
    with serve(workspace_folder) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "is_guest", "value": "1", "url": url}])
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE)
        tab.goto(f"{url}?area=vet")
        for password in ("pike", "swordfish"):
            tab.get_by_label("name").fill("ada")
            tab.get_by_label("password").fill(password)
            tab.keyboard.press("Enter")
            if password == "pike":
                tab.get_by_role("alert").wait_for()
        tab.wait_for_url(re.compile(r"/app\?area=vet"))
        tab.get_by_placeholder("note").first.wait_for()
        wait_until(tab, "() => Bokeh.documents[0]?.is_idle")
        tab.keyboard.press("3")
        tab.get_by_text(re.compile("1 today · 1 by me")).wait_for()
        (author,) = Workspace.open(workspace_folder).verdicts.history()["author"].tail(1)
        assert author == "ada"
        other = context.new_page()
        other.set_default_timeout(PATIENCE)
        open_page(other, url)
        tab.get_by_role("link", name="ada: sign out").click()
        tab.get_by_role("button", name="Sign out").click()
        tab.get_by_text("You are signed out").wait_for()
        other.wait_for_url(re.compile("/login"))
        context.close()
