"""The address bar in the browser: links, the back button, two tabs."""

import re

import pytest

from tests.app.browser import open_page, star_name, wait_for_star

pytestmark = pytest.mark.browser


def _row(tab, place: int) -> str:
    return tab.locator("tbody tr").nth(place).locator("td").nth(1).inner_text()


def test_back_and_forward_walk_the_stars(page) -> None:
    first, second = _row(page, 1), _row(page, 2)
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
    third = _row(page, 3)
    wait_for_star(page, third)
    page.wait_for_url(re.compile(f"target={third}"))
    other = page.context.new_page()
    open_page(other, page.url)
    wait_for_star(other, third)
    other.locator("tbody tr").nth(0).click()
    wait_for_star(other, _row(other, 0))
    assert third in star_name(page)
    other.close()


@pytest.mark.heavy
def test_a_wrong_link_says_so_and_shows_the_page(page, url: str) -> None:
    other = page.context.new_page()
    open_page(other, f"{url}?run=nope")
    other.get_by_text("run 'nope' is unknown here").first.wait_for()
    other.close()
