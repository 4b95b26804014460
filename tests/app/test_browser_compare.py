"""The Compare area in headless Chromium: two runs, and a recovery map."""

import re
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import open_page
from tests.app.conftest import small_spec

pytestmark = pytest.mark.browser


def test_two_runs_are_compared_and_a_star_is_taken_to_explore(page, url: str, walked: Path) -> None:
    Workspace.open(walked).train(small_spec("second", seed=5))
    open_page(page, url)
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_text("Spearman’s ρ").wait_for()
    page.get_by_text(re.compile(r"\d of \d+ settings differ")).wait_for()
    page.get_by_role("combobox", name="which stars to list").select_option("rose most in A")
    row = page.locator("tbody tr:visible").filter(has_text=re.compile(r"^\d{6,}")).first
    name = row.locator("td").first.inner_text()
    row.click()
    page.locator("button", has_text="see in Explore").click()
    page.locator(".name", has_text=name).wait_for()


def test_recovery_is_measured_and_drawn(page, walked: Path) -> None:
    labels = Workspace.open(walked).labels
    planets = labels.frame().query("value == 'planet'")["target_id"]
    labels.add("truth", dict.fromkeys(planets, "planet"), source="simulation")  # the others may carry events
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name="Recovery", exact=True).click()
    page.get_by_text("Not measured yet for this run").wait_for()
    page.locator("button:visible", has_text="Measure").click()
    page.get_by_text("chance is 0.05").wait_for()
    page.get_by_role("button", name="Explore", exact=True).click()
