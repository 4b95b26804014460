"""The page in headless Chromium: opened, by a link too, retrained in, clicked through, vetted in, exported from."""

import re
import time
from pathlib import Path

import pandas as pd
import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import (
    PATIENCE,
    open_page,
    ring_on_the_map,
    row_of,
    serve,
    set_slider,
    star_name,
    wait_for_star,
    wait_until,
)

pytestmark = pytest.mark.browser

#: Text of what is seen at a point, below all frames that may cut it.
SEEN = """({x, y}) => {
  let seen = document.elementFromPoint(x, y)
  while (seen && seen.shadowRoot && seen.shadowRoot.elementFromPoint(x, y) !== seen) {
    seen = seen.shadowRoot.elementFromPoint(x, y)
  }
  return seen && seen.textContent
}"""


def test_the_page_opens_whole_and_says_simulated(page) -> None:
    page.locator("canvas").nth(3).wait_for(state="attached")
    assert len([one for one in page.get_by_text("SIMULATED").all() if one.is_visible()]) == 1  # of them the header
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert (width, height) == (1280, 800)
    for words in ("Light curve", "Periods", "Fold", "Verdict", "Synthetic set"):
        page.get_by_text(words, exact=True).first.wait_for()


@pytest.mark.heavy
def test_a_row_shows_its_star_and_the_url_follows(page) -> None:
    tic = page.locator("tbody tr").nth(4).locator("td").nth(1).inner_text()
    page.locator("tbody tr").nth(4).click()
    wait_for_star(page, tic)
    page.wait_for_url(re.compile(f"target={tic}"))
    open_page(page, page.url)
    wait_for_star(page, tic)


def test_back_and_forward_walk_the_stars(page) -> None:
    first, second = row_of(page, 1), row_of(page, 2)
    page.locator("tbody tr").nth(1).click()
    wait_for_star(page, first)
    page.wait_for_url(re.compile(f"target={first}"))
    page.locator("tbody tr").nth(2).click()
    wait_for_star(page, second)
    page.wait_for_url(re.compile(f"target={second}"))
    page.go_back()
    wait_for_star(page, first)
    page.go_forward()
    wait_for_star(page, second)


def test_a_click_on_the_map_shows_that_star(page) -> None:
    spots = {}
    for place in (2, 7, 0):
        page.locator("tbody tr").nth(place).click()
        wait_for_star(page, row_of(page, place))
        spots[place] = ring_on_the_map(page)
    for place in (2, 7):
        page.mouse.move(*spots[place])
        page.wait_for_timeout(500)  # a slow click is no tap to Bokeh
        page.mouse.click(*spots[place])
        wait_for_star(page, row_of(page, place))


def test_back_leaves_an_area(page) -> None:
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile("area=compare"))
    page.get_by_text("Map", exact=True).wait_for(state="hidden")
    page.go_back()
    page.get_by_text("Map", exact=True).wait_for()
    assert "area=" not in page.url


@pytest.mark.heavy
def test_a_link_shows_the_same_in_another_tab_and_tabs_are_apart(page) -> None:
    page.locator("tbody tr").nth(3).click()
    third = row_of(page, 3)
    wait_for_star(page, third)
    page.wait_for_url(re.compile(f"target={third}"))
    other = page.context.new_page()
    open_page(other, page.url)
    wait_for_star(other, third)
    other.locator("tbody tr").nth(0).click()
    wait_for_star(other, row_of(other, 0))
    assert third in star_name(page)
    other.close()


@pytest.mark.heavy
def test_a_wrong_link_says_so_and_shows_the_page(page, url: str) -> None:
    other = page.context.new_page()
    open_page(other, f"{url}?run=nope")
    told = other.get_by_text("run 'nope' is unknown here")
    told.wait_for()
    other.get_by_role("button", name="dismiss this line").click()
    told.wait_for(state="hidden")
    other.close()


def test_keys_walk_the_ranking_and_stay_out_of_fields(page) -> None:
    page.locator("tbody tr").first.click()
    wait_for_star(page, page.locator("tbody tr").first.locator("td").nth(1).inner_text())
    first = star_name(page)
    page.keyboard.press("j")
    second = page.locator("tbody tr").nth(1).locator("td").nth(1).inner_text()
    wait_for_star(page, second)
    page.get_by_placeholder("note (kept with the verdict)").click()
    page.keyboard.type("jk1")
    page.wait_for_timeout(500)
    assert second in star_name(page)
    page.get_by_placeholder("note (kept with the verdict)").fill("")
    page.locator(".name").click()
    page.wait_for_timeout(300)
    page.keyboard.press("k")
    wait_for_star(page, first.split()[-1])
    page.keyboard.press("?")
    page.get_by_text("half the period").wait_for()
    page.keyboard.press("Escape")


def test_the_screen_is_copied_as_python(page, walked: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    star = star_name(page).split()[-1]
    page.keyboard.press("g")
    page.keyboard.press("y")
    shown = page.locator("dialog pre")
    shown.wait_for()
    page.get_by_role("button", name="Copy", exact=True).click()
    wait_until(page, "navigator.clipboard.readText().then(text => text.includes('plots.fold'))")
    lines = page.evaluate("navigator.clipboard.readText()")
    assert lines.strip() == shown.text_content().strip()
    page.keyboard.press("Escape")
    names: dict[str, object] = {}
    exec(lines[: lines.index("design =")], names)  # what follows trains a run
    assert str(names["curve"].target.tic) == star
    assert names["workspace"].folder == walked


def test_a_verdict_is_written_and_undone(page, walked: Path) -> None:
    page.get_by_placeholder("note (kept with the verdict)").fill("<b>bold</b>")
    page.get_by_role("button", name="2 eclipsing binary").click()
    page.get_by_text("“<b>bold</b>”").wait_for()
    record = Workspace.open(walked).verdicts.history().iloc[-1]
    assert (record["label"], record["note"]) == ("eclipsing binary", "<b>bold</b>")
    page.get_by_role("button", name="undo: take back").click()
    page.locator("s").first.wait_for()
    assert Workspace.open(walked).verdicts.latest().empty


@pytest.mark.heavy
def test_the_dark_look_and_back_and_after_a_reload(page) -> None:
    def is_dark(dark: bool) -> None:
        wait_until(
            page,
            """dark => {
              const root = window.Bokeh?.documents[0]?.roots()
                .map((model) => Bokeh.index.find_one_by_id(model.id)?.el).find((el) => el?.offsetWidth > 0)
              if (!root) { return false }
              const light = getComputedStyle(root).backgroundColor.match(/\\d+/g).map(Number)
              return dark === (light[0] < 128)
            }""",
            arg=dark,
        )

    is_dark(False)
    page.get_by_label("dark look").click()
    is_dark(True)
    page.reload()
    is_dark(True)
    page.get_by_label("dark look").click()
    is_dark(False)


def test_every_download_of_the_ranking_is_in_view_however_wide_the_window_is(page) -> None:
    for width in (1024, 1440, 1920, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(500)
        for name in ("CSV", "Parquet", "VOTable"):
            box = page.get_by_label(name, exact=True).bounding_box()
            middle = box["y"] + box["height"] / 2
            for x in (box["x"] + 2, box["x"] + box["width"] - 2):
                assert page.evaluate(SEEN, {"x": x, "y": middle}) == name


def test_export_downloads_the_ranking(page, walked: Path, tmp_path: Path) -> None:
    with page.expect_download() as waiting:
        page.get_by_label("CSV", exact=True).click()
    file = tmp_path / "ranking.csv"
    waiting.value.save_as(file)
    table = pd.read_csv(file)
    run = Workspace.open(walked).runs.get("latest")
    assert table["target_id"].tolist() == run.scores()["target_id"].tolist()


def test_measures_show_chance_and_interval(page) -> None:
    page.get_by_role("button", name="Measures").click()
    page.get_by_text("95 % interval").wait_for()
    for words in ("ROC-AUC", "average precision", "recall in top 5%", "chance"):
        assert page.get_by_text(words, exact=True).filter(visible=True).count()


def test_retrain_makes_a_run_that_every_pane_follows(page, walked: Path) -> None:
    before = {run.id for run in Workspace.open(walked).runs.list()}
    set_slider(page, "curves (n)", "20")
    page.get_by_role("button", name="own", exact=True, pressed=True).wait_for()
    page.get_by_role("button", name="Retrain").click()
    wait_until(page, "() => document.title !== null && /run=/.test(location.search)")
    for _ in range(PATIENCE // 250):
        made = [run for run in Workspace.open(walked).runs.list() if run.id not in before]
        if made and made[0].id in page.url:
            break
        page.wait_for_timeout(250)
    assert made[0].spec.design.curves == 20
    assert made[0].id in page.url
    wait_for_star(page, made[0].scores()["target_id"][0].partition("-")[0])


@pytest.mark.heavy
def test_why_and_similar_follow_the_star(page) -> None:
    page.get_by_role("button", name="Why strange").click()
    page.get_by_text(re.compile(r"= 0\.\d+ base")).wait_for()
    page.get_by_role("button", name="Similar stars").click()
    page.get_by_text("same leaves").wait_for()
    page.get_by_role("button", name="Period", exact=True).click()
    page.get_by_text("Periods", exact=True).first.wait_for()


@pytest.mark.heavy
def test_the_wheel_steers_to_another_event(page, walked: Path) -> None:
    before = {run.id for run in Workspace.open(walked).runs.list()}
    event = page.get_by_role("combobox", name="event to look for")
    event.select_option("flares")
    page.get_by_text("injected into observed stars").wait_for()
    page.get_by_role("button", name="Retrain").click()
    page.get_by_text(re.compile("flares · .* curves · injected")).first.wait_for()
    for _ in range(PATIENCE // 250):
        made = [run for run in Workspace.open(walked).runs.list() if run.id not in before]
        if made and made[0].id in page.url:
            break
        page.wait_for_timeout(250)
    assert made[0].id in page.url
    assert [signal.kind for signal in made[0].spec.design.signals] == ["flares"]
    assert not made[0].scores()["set_aside"].any()
    event.select_option("transits, as published")
    page.get_by_role("button", name="P9", exact=True).wait_for()


@pytest.mark.heavy
def test_cancel_stops_a_run(page, walked: Path) -> None:
    before = len(Workspace.open(walked).runs.list())
    page.get_by_role("combobox", name="event to look for").select_option("transits, as published")
    page.get_by_role("button", name="P9", exact=True).click()
    page.get_by_role("button", name="settings").click()
    page.get_by_label("trees", exact=True).fill("10000")
    page.get_by_label("trees", exact=True).press("Enter")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Retrain").click()
    page.get_by_text(re.compile("a run is being trained")).wait_for()
    page.get_by_label("cancel this job").or_(page.get_by_role("button", name="close")).first.click()
    start = time.monotonic()
    page.get_by_text(re.compile("a run is being trained")).wait_for(state="hidden")
    assert time.monotonic() - start < 20
    assert len(Workspace.open(walked).runs.list()) == before


def test_an_empty_workspace_says_what_to_do(chromium, tmp_path: Path) -> None:
    with serve(tmp_path / "nothing") as address:
        tab = chromium.new_page()
        tab.goto(address)
        tab.get_by_text("This workspace is empty").wait_for(timeout=PATIENCE)
        for words in ("Or simulate a sector", "A folder of light curves"):
            tab.get_by_text(words).first.wait_for()
        tab.close()
