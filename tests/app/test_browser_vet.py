"""Vetting in headless Chromium by keyboard alone: verdicts, notes, undo, redo, areas, help, labels, a report."""

import re
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import open_page, star_name, wait_for_star, wait_until

pytestmark = pytest.mark.browser


def row_of(tab, place: int) -> str:
    """TIC in a row of the queue."""
    return tab.locator("tbody tr:visible").nth(place).locator("td").nth(1).inner_text()


def last_verdict(folder: Path) -> tuple[str, str]:
    record = Workspace.open(folder).verdicts.history().iloc[-1]
    return str(record["label"]), str(record["note"])


def test_keys_lead_to_the_queue_and_through_it(page, walked: Path) -> None:
    page.locator(".name").click()
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.get_by_role("combobox", name="which stars the queue lists").wait_for()
    wait_for_star(page, row_of(page, 0))
    page.keyboard.press("c")
    page.keyboard.type("1 j <b>deep</b>")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    wait_for_star(page, row_of(page, 1))
    assert last_verdict(walked) == ("flare", "1 j <b>deep</b>")
    page.get_by_text(re.compile("1 today · 1 by me")).wait_for()
    page.keyboard.press("u")
    wait_for_star(page, row_of(page, 0))
    page.locator("s").first.wait_for()
    assert Workspace.open(walked).verdicts.latest().empty
    page.keyboard.press("j")
    wait_for_star(page, row_of(page, 1))
    page.keyboard.press("r")
    wait_for_star(page, row_of(page, 0))
    assert Workspace.open(walked).verdicts.latest()["label"].tolist() == ["flare"]
    page.keyboard.press("n")
    wait_for_star(page, row_of(page, 1))
    page.keyboard.press("?")
    page.get_by_text("redo what I took back").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("redo what I took back").wait_for(state="hidden")


def test_a_verdict_says_that_it_is_stored_and_is_undone_on_the_spot(page, walked: Path) -> None:
    star = star_name(page).split()[-1]
    page.keyboard.press("1")
    stored = page.get_by_text(re.compile(rf"✓ stored: .+ on {star}"))
    stored.wait_for()
    assert f"stored: {last_verdict(walked)[0]} on" in stored.inner_text()
    page.get_by_role("button", name="undo", exact=True).click()
    wait_for_star(page, star)
    page.get_by_text("✓ stored").wait_for(state="hidden")


def test_a_blind_judge_filters_the_queue_and_finds_a_star_by_its_number(page, walked: Path) -> None:
    [run] = Workspace.open(walked).runs.list()
    first = int((run.scores()["rank"] <= 3).sum())  # stars that tie share a rank
    page.get_by_role("button", name="filter", exact=True).click()
    condition = page.get_by_role("textbox", name="condition")
    condition.fill("rank <= 3")
    condition.press("Enter")
    page.get_by_text(re.compile(f"of {first} reviewed")).wait_for()
    page.get_by_role("checkbox", name="blind").check()
    page.get_by_text("rank and score are hidden").wait_for()
    page.get_by_role("checkbox", name="blind").uncheck()
    page.get_by_text("rank and score are hidden").wait_for(state="hidden")
    page.get_by_role("button", name="filter", exact=True).click()
    wanted = row_of(page, 4)
    page.locator(".name").click()
    page.keyboard.press("/")
    page.keyboard.type(wanted)
    page.keyboard.press("Enter")
    wait_for_star(page, wanted)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("w")
    wait_until(page, "() => /star=why/.test(location.search)")


@pytest.mark.heavy
def test_a_label_of_ones_own_gets_a_button(page, walked: Path) -> None:
    page.locator("button", has_text="✎ labels").click()
    page.get_by_role("button", name="Add a label").click()
    page.get_by_placeholder("key", exact=True).nth(9).fill("x")
    page.get_by_placeholder("label", exact=True).nth(9).fill("<i>comet")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("button", name="x <i>comet").wait_for()
    assert Workspace.open(walked).vocabulary.labels()[-1].name == "<i>comet"


@pytest.mark.heavy
def test_a_report_is_saved_and_opens_with_its_pictures(page, chromium, url: str, tmp_path: Path) -> None:
    open_page(page, f"{url}?area=vet")
    name = star_name(page)
    page.locator("button", has_text="this star").click()
    save = page.locator("button", has_text="Save report")
    save.wait_for()
    with page.expect_download() as waiting:
        save.click()
    file = tmp_path / "report.html"
    waiting.value.save_as(file)
    context = chromium.new_context(offline=True)
    sheet = context.new_page()
    sheet.goto(file.as_uri())
    sheet.get_by_text(name).first.wait_for()
    assert sheet.evaluate("[...document.images].every((image) => image.naturalWidth > 100)")
    assert sheet.evaluate("document.images.length") == (4 if "period=" in page.url else 3)  # nothing to fold on
    printed = sheet.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
    context.close()


def test_the_queue_learns(page, url: str) -> None:
    page.get_by_role("combobox", name="order of the queue").select_option("by active learning")
    wait_until(
        page,
        """() => { const find = (node) => [...node.querySelectorAll("*")].some((child) =>
             (child.tagName === "TD" && child.textContent === "0.983") || (child.shadowRoot && find(child.shadowRoot)))
             return find(document) }""",
    )
    open_page(page, f"{url}?area=vet")
