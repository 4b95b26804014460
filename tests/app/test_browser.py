"""The page in headless Chromium: opened, retrained in, clicked through, vetted in, exported from."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from clara_engine.workspace import Workspace

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PATIENCE = 60_000
APP = Path(__file__).parents[2] / "app"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _serve(folder: Path) -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "panel", "serve", str(APP), "--port", str(port), "--address", "127.0.0.1"]
    command += ["--allow-websocket-origin", f"127.0.0.1:{port}"]
    log = folder.parent / f"{folder.name}.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, env={**os.environ, "CLARA_WORKSPACE": str(folder)}, stdout=out, stderr=subprocess.STDOUT,
            cwd=APP.parent,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            if process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        assert process.poll() is None, log.read_text()
        yield f"{url}/app"
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture(scope="module")
def chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: install Debian's chromium, or set CHROMIUM")
        pytest.skip("no Chromium here: install it, or set CHROMIUM to its path")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def walked(workspace_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the workspace for all tests of this file."""
    return Path(shutil.copytree(workspace_template, tmp_path_factory.mktemp("walked") / "workspace"))


@pytest.fixture(scope="module")
def url(walked: Path) -> Iterator[str]:
    yield from _serve(walked)


@pytest.fixture(scope="module")
def page(chromium, url: str):
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    tab = context.new_page()
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    tab.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
    tab.set_default_timeout(PATIENCE)
    _open(tab, url)
    yield tab
    context.close()
    assert problems == []


def _open(tab, url: str) -> None:
    """Go to a page and wait until it has drawn everything and hears clicks and keys."""
    tab.goto(url)
    tab.wait_for_selector("tbody tr[aria-selected=true]")
    tab.wait_for_function("() => Bokeh.documents[0]?.is_idle")


def _name(tab) -> str:
    return tab.locator(".name").inner_text()


def _wait_for_name(tab, words: str) -> None:
    tab.wait_for_function(
        """words => {
          const inside = (node) => [...node.querySelectorAll("*")].some((child) =>
            (child.classList.contains("name") && child.textContent.includes(words))
            || (child.shadowRoot && inside(child.shadowRoot)))
          return inside(document)
        }""",
        arg=words,
    )


def _slider(tab, label: str, value: str) -> None:
    box = tab.get_by_role("group").or_(tab.locator(".MuiFormControl-root")).filter(has_text=label).last
    field = box.locator("input[type=text], input:not([type=range])").last
    field.fill(value)
    field.press("Enter")


def test_the_page_opens_whole_and_says_simulated(page) -> None:
    assert page.locator("canvas").count() >= 4
    assert page.get_by_text("SIMULATED").count() >= 6
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert (width, height) == (1280, 800)
    for words in ("Light curve", "Periodogram", "Fold", "Verdict", "Synthetic set"):
        assert page.get_by_text(words, exact=True).first.is_visible()


def test_a_row_shows_its_star_and_the_url_follows(page) -> None:
    tic = page.locator("tbody tr").nth(4).locator("td").nth(1).inner_text()
    page.locator("tbody tr").nth(4).click()
    _wait_for_name(page, tic)
    page.wait_for_url(re.compile(f"target={tic}"))
    _open(page, page.url)
    _wait_for_name(page, tic)


def _place_on_the_map(tab, tic: str) -> list[float]:
    """Where on the screen the map has drawn a star, once it has drawn it."""
    return tab.wait_for_function(
        """tic => {
          const models = [...Bokeh.documents[0]._all_models.values()]
          const points = models.find((model) => model.data?.tic && model.data?.rank)
          const place = [...(points?.data.tic ?? [])].indexOf(Number(tic))
          const draws = (model) => model.x_range && model.renderers.some((drawn) => drawn.data_source === points)
          const figure = models.find(draws)
          const view = figure && Bokeh.index.find_one_by_id(figure.id)
          if (place < 0 || !view?.frame) { return null }
          const box = view.canvas_view.el.getBoundingClientRect()
          return [box.x + view.frame.x_scale.compute(points.data.x[place]),
                  box.y + view.frame.y_scale.compute(points.data.y[place])]
        }""",
        arg=tic,
    ).json_value()


def test_a_click_on_the_map_shows_that_star(page) -> None:
    for place in (2, 7):
        tic = page.locator("tbody tr").nth(place).locator("td").nth(1).inner_text()
        spot = _place_on_the_map(page, tic)
        page.mouse.move(*spot)
        page.wait_for_timeout(500)  # the first tooltip takes a while, and a slow click is no tap to Bokeh
        page.mouse.click(*spot)
        _wait_for_name(page, tic)


def test_keys_walk_the_ranking_and_stay_out_of_fields(page) -> None:
    page.locator("tbody tr").first.click()
    _wait_for_name(page, page.locator("tbody tr").first.locator("td").nth(1).inner_text())
    first = _name(page)
    page.keyboard.press("j")
    second = page.locator("tbody tr").nth(1).locator("td").nth(1).inner_text()
    _wait_for_name(page, second)
    page.get_by_placeholder("note (kept with the verdict)").click()
    page.keyboard.type("jk1")
    page.wait_for_timeout(500)
    assert second in _name(page)
    page.get_by_placeholder("note (kept with the verdict)").fill("")
    page.locator(".name").click()
    page.wait_for_timeout(300)
    page.keyboard.press("k")
    _wait_for_name(page, first.split()[-1])
    page.keyboard.press("?")
    page.get_by_text("half the period").wait_for()
    page.keyboard.press("Escape")


def test_a_verdict_is_written_and_undone(page, walked: Path) -> None:
    page.get_by_placeholder("note (kept with the verdict)").fill("<b>bold</b>")
    page.get_by_role("button", name="2 eclipsing binary").click()
    page.get_by_text("“<b>bold</b>”").wait_for()
    record = Workspace.open(walked).verdicts.history().iloc[-1]
    assert (record["label"], record["note"]) == ("eclipsing binary", "<b>bold</b>")
    page.get_by_text("undo", exact=True).click()
    page.locator("s").first.wait_for()
    assert Workspace.open(walked).verdicts.latest().empty


def test_the_dark_look_and_back(page) -> None:
    def ground() -> str:
        return page.evaluate("getComputedStyle(document.querySelector('body')).backgroundColor")

    light = ground()
    page.get_by_label("Toggle theme").click()
    page.wait_for_function("before => getComputedStyle(document.body).backgroundColor !== before", arg=light)
    page.get_by_label("Toggle theme").click()
    page.wait_for_function("before => getComputedStyle(document.body).backgroundColor === before", arg=light)


def test_export_downloads_the_ranking(page, walked: Path, tmp_path: Path) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    file = tmp_path / "ranking.csv"
    waiting.value.save_as(file)
    table = pd.read_csv(file)
    run = Workspace.open(walked).runs.get("latest")
    assert table["target_id"].tolist() == run.scores()["target_id"].tolist()


def test_measures_show_chance_and_interval(page) -> None:
    page.get_by_role("button", name="Measures").click()
    page.get_by_text("95 % interval").wait_for()
    for words in ("ROC-AUC", "average precision", "recall in top 5%", "chance"):
        assert page.get_by_text(words, exact=True).first.is_visible()


def test_retrain_makes_a_run_that_every_pane_follows(page, walked: Path) -> None:
    star = _name(page)
    before = {run.id for run in Workspace.open(walked).runs.list()}
    _slider(page, "curves (n)", "20")
    page.get_by_text("own", exact=True).wait_for()
    page.get_by_role("button", name="Retrain").click()
    page.get_by_text(re.compile("20 curves · 225 ppm")).first.wait_for()
    page.wait_for_function("() => document.title !== null && /run=/.test(location.search)")
    for _ in range(240):
        made = [run for run in Workspace.open(walked).runs.list() if run.id not in before]
        if made and made[0].id in page.url:
            break
        page.wait_for_timeout(250)
    assert made[0].spec.design.curves == 20
    assert made[0].id in page.url
    assert _name(page) == star


def test_why_and_similar_follow_the_star(page) -> None:
    page.get_by_role("button", name="Why strange").click()
    page.get_by_text(re.compile(r"= 0\.\d+ base")).wait_for()
    page.get_by_role("button", name="Similar stars").click()
    page.get_by_text("same leaves").wait_for()
    page.get_by_role("button", name="Period", exact=True).click()
    page.get_by_text("Periodogram", exact=True).first.wait_for()


def test_the_wheel_steers_to_another_event(page, walked: Path) -> None:
    before = {run.id for run in Workspace.open(walked).runs.list()}
    page.get_by_label("event to look for").click()
    page.get_by_text("flares", exact=True).first.click()
    page.get_by_text("injected into observed stars").wait_for()
    page.get_by_role("button", name="Retrain").click()
    page.get_by_text(re.compile("flares · .* curves · injected")).first.wait_for()
    for _ in range(240):
        made = [run for run in Workspace.open(walked).runs.list() if run.id not in before]
        if made and made[0].id in page.url:
            break
        page.wait_for_timeout(250)
    assert made[0].id in page.url
    assert [signal.kind for signal in made[0].spec.design.signals] == ["flares"]
    assert made[0].scores()["set_aside"].sum() == made[0].spec.background_stars
    page.get_by_label("event to look for").click()
    page.get_by_text("transits, as published", exact=True).first.click()
    page.get_by_role("button", name="P9", exact=True).wait_for()


def test_cancel_stops_a_run_within_a_second(page, walked: Path) -> None:
    before = len(Workspace.open(walked).runs.list())
    page.get_by_role("button", name="P9", exact=True).click()
    page.get_by_role("button", name="settings").click()
    page.get_by_label("trees").fill("10000")
    page.get_by_label("trees").press("Enter")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Retrain").click()
    page.get_by_text(re.compile("a run is being trained")).wait_for()
    page.get_by_label("cancel this job").or_(page.get_by_role("button", name="close")).first.click()
    start = time.monotonic()
    page.get_by_text(re.compile("a run is being trained")).wait_for(state="hidden")
    assert time.monotonic() - start < 3
    assert len(Workspace.open(walked).runs.list()) == before


def test_an_empty_workspace_says_what_to_do(chromium, tmp_path: Path) -> None:
    for address in _serve(tmp_path / "nothing"):
        tab = chromium.new_page()
        tab.goto(address)
        tab.get_by_text("clara demo").wait_for(timeout=PATIENCE)
        assert tab.get_by_text("clara ingest FOLDER").is_visible()
        tab.close()
