"""The page in headless Chromium: what a user does in the first five minutes."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")

PAGE = Path(__file__).parents[2] / "app"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WAIT_MS = 60_000

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium in CI: .ci/run installs it")
        pytest.skip("no Chromium here: apt-get install chromium, or name it in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def address(workspace_folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "panel", "serve", str(PAGE), "--port", str(port), "--address", "127.0.0.1"]
    command += ["--allow-websocket-origin", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, env={**os.environ, "CLARA_WORKSPACE": str(workspace_folder)})
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}/app"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def page(browser, address) -> Iterator[object]:
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(WAIT_MS)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto(address)
    opened.wait_for_selector("canvas")
    opened.wait_for_selector("text=SIM 9000")
    yield opened
    opened.close()
    assert not problems


def _wait_for(port: int, server: subprocess.Popen) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended before it answered"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise AssertionError("the server did not answer in 90 s")


def _until(check, message: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.2)
    raise AssertionError(message)


def _star(page) -> str:
    return page.locator("text=/^SIM 9000\\d+/").first.inner_text()


def test_keyboard_walks_the_ranking_and_vets(page, workspace_folder):
    verdicts = Workspace.open(workspace_folder).verdicts
    first = _star(page)

    def moved() -> bool:  # keys pressed while the page still loads go nowhere
        page.keyboard.press("j")
        page.wait_for_timeout(1500)
        return _star(page) != first

    _until(moved, "j did not go to the next star")
    page.wait_for_timeout(1500)
    here = _star(page)
    page.keyboard.press("2")
    _until(lambda: len(verdicts.latest()) == 1, "2 wrote no verdict")
    assert verdicts.latest()["label"].item() == "eclipsing binary"
    page.keyboard.press("u")
    _until(lambda: verdicts.latest().empty, "u took nothing back")
    assert len(verdicts.history()) == 2
    page.keyboard.press("j")
    _until(lambda: _star(page) != here, "j did not go on")
    page.keyboard.press("k")
    _until(lambda: _star(page) == here, "k did not go back")


def test_retrain_adds_a_run(page, workspace_folder):
    runs = Workspace.open(workspace_folder).runs
    assert len(runs.list()) == 1
    page.get_by_role("button", name="Retrain").click()
    _until(lambda: len(runs.list()) == 2, "Retrain made no run")
    newest = runs.list()[0]
    assert newest.spec.design is not None
    assert newest.spec.design.curves == 300
    page.wait_for_selector(f"text={newest.name}")


def test_a_click_on_a_row_shows_that_star(page):
    row = page.locator("text=/^9000\\d+$/").nth(3)
    tic = row.inner_text()
    row.click()
    _until(lambda: tic in _star(page), "the star panes did not follow the click")


def test_export_downloads_the_ranking(page, tmp_path):
    with page.expect_download() as waiting:
        page.get_by_text("CSV", exact=True).click()
    file = tmp_path / "ranking.csv"
    waiting.value.save_as(file)
    assert "anomaly_score" in file.read_text().splitlines()[0]


def test_simulated_data_say_so_on_every_pane(page):
    assert page.get_by_text("SIMULATED").count() >= 7


def test_an_empty_workspace_says_what_to_do(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "panel", "serve", str(PAGE), "--port", str(port), "--address", "127.0.0.1"]
    server = subprocess.Popen(
        [*command, "--allow-websocket-origin", f"127.0.0.1:{port}"], env={**os.environ, "CLARA_WORKSPACE": str(folder)}
    )
    opened = browser.new_page()
    try:
        _wait_for(port, server)
        opened.goto(f"http://127.0.0.1:{port}/app")
        opened.wait_for_selector("text=clara ingest FOLDER", timeout=WAIT_MS)
    finally:
        opened.close()
        server.terminate()
        server.wait(20)
