"""The map in the browser: hover, outlines, another kind, clusters."""

import re
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import ring_on_the_map, row_of, wait_for_star

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def _choose(tab, place: int) -> list[float]:
    """Click a row; where the map has its star."""
    tab.locator("tbody tr").nth(place).click()
    wait_for_star(tab, row_of(tab, place))
    return ring_on_the_map(tab)


def test_the_pointer_is_told_who_is_below_it_with_a_picture(page) -> None:
    spot = _choose(page, 1)
    page.mouse.move(5, 400)
    page.mouse.move(*spot)
    card = page.locator("[data-hover=star]")
    card.get_by_text(row_of(page, 1)).wait_for()
    assert card.locator("svg polyline").count() == 1
    page.mouse.move(5, 400)
    card.wait_for(state="hidden")


def _outline(tab, spot: list[float], reach: float = 12) -> None:
    x, y = spot
    tab.mouse.move(x - reach, y - reach)
    tab.mouse.down()
    for across, up in ((reach, -reach), (reach, reach), (-reach, reach), (-reach, -reach)):
        tab.mouse.move(x + across, y + up, steps=4)
    tab.mouse.up()


def _middle(tab) -> list[float]:
    box = tab.locator("canvas").first.bounding_box()
    return [box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"]]


def test_outlines_select_add_and_clear(page, walked: Path) -> None:
    _outline(page, _choose(page, 3))
    page.get_by_text(re.compile(r"^\d+ selected$")).wait_for()
    page.locator("tbody tr").nth(9).wait_for(state="detached")
    page.get_by_text("+", exact=True).first.click()
    page.wait_for_timeout(300)
    _outline(page, _middle(page), 80)
    page.get_by_text(re.compile(r"^([2-9]|[1-9]\d+) selected$")).wait_for()
    page.get_by_placeholder("name it …").fill("odd ones")
    page.keyboard.press("Enter")
    page.get_by_text("selection odd ones is kept").first.wait_for()
    assert len(Workspace.open(walked).selections.get("odd ones").target_ids) >= 2
    page.get_by_text("clear", exact=True).click()
    page.get_by_text("draw around stars to select").wait_for()
    page.get_by_text("new", exact=True).first.click()


def test_more_like_these_is_one_press(page, walked: Path) -> None:
    _outline(page, _middle(page), 60)
    page.get_by_text("find more like these").click()
    run = page.get_by_role("combobox", name="run", exact=True).locator("option:checked")
    run.filter(has_text=re.compile(r"^like \d+ stars?$")).wait_for(state="attached")
    run = next(run for run in Workspace.open(walked).runs.list() if run.spec.variant == "picked")
    page.get_by_text("draw around stars to select").wait_for()
    picked = "|".join(target.partition("-")[0] for target in run.spec.picked)
    page.locator(".name").filter(has_not_text=re.compile(picked)).wait_for()


def test_clusters_are_made_and_name_the_map(page, walked: Path) -> None:
    page.get_by_role("button", name="Clusters").click()
    page.get_by_role("button", name="Cluster", exact=True).click()
    page.get_by_text(re.compile("clusters of 30 stars")).wait_for()
    page.get_by_role("button", name=re.compile("select the stars of cluster 0")).click()
    page.get_by_text(re.compile(r"^\d+ selected$")).wait_for()
    assert len(Workspace.open(walked).clusterings.list()) == 1
