"""The first hour in headless Chromium: the demo made on the page, the tour, and what is claimed of a star."""

import re
from collections.abc import Iterator

import pytest

from tests.app.browser import PATIENCE, faults_of, ring_on_the_map, serve

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """The page of an empty workspace."""
    with serve(tmp_path_factory.mktemp("first_hour") / "workspace") as url:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        tab = context.new_page()
        problems = faults_of(tab)
        tab.set_default_timeout(PATIENCE)
        tab.goto(url)
        yield tab
        context.close()
    assert problems == []


def row(page, place: int):
    """Of a list of stars, which the page also has tables beside."""
    return page.locator("tbody tr:visible").filter(has_text=re.compile(r"\d{10}")).nth(place)


def test_the_demo_is_made_on_the_page_stage_after_stage_and_a_tour_leads_through_it(page) -> None:
    page.get_by_role("button", name="Simulate a sector to play with").click()
    for stage in ("simulating", "features", "forest"):
        page.get_by_text(re.compile(stage)).filter(visible=True).first.wait_for(timeout=10 * PATIENCE)
    page.get_by_text("1 of 5").wait_for(timeout=10 * PATIENCE)
    for number in range(2, 6):
        page.get_by_role("button", name="Next", exact=True).click()
        page.get_by_text(f"{number} of 5").wait_for()
    page.get_by_role("button", name="Done", exact=True).click()
    page.get_by_role("button", name="Explore", exact=True).click()
    row(page, 0).wait_for()
    runs = page.get_by_role("combobox", name="run", exact=True)
    assert runs.locator("option:checked").inner_text() != "P9"
    assert [one for one in runs.locator("option").all_inner_texts() if "P9" in one]


def test_chance_and_the_line_are_told_in_ranking_star_map_and_queue(page) -> None:
    page.get_by_role("columnheader", name=re.compile(r"^sort by p\b")).wait_for(timeout=4 * PATIENCE)
    page.get_by_text(re.compile(r"^(\d+ above the line, about 1 in 10 by chance|no line for 1 in 10)$")).wait_for()
    row(page, 0).click()
    said = (r"^p [\d.]+: .* quiet stars? scores? as high$", "^(above|below) the line: ")
    for words in said:
        page.get_by_text(re.compile(words)).filter(visible=True).first.wait_for()
    page.mouse.move(5, 400)
    page.mouse.move(*ring_on_the_map(page))
    for words in said:
        page.locator("[data-hover=star]").get_by_text(re.compile(words)).wait_for()
    page.get_by_role("button", name="Vet", exact=True).click()
    page.get_by_role("columnheader", name=re.compile(r"^p\b")).wait_for()
    page.get_by_role("button", name="Explore", exact=True).click()
