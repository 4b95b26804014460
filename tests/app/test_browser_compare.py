"""The Compare area in headless Chromium: two runs, and a recovery map."""

import re
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import open_page, wait_until
from tests.app.conftest import keep_small_sweep, small_spec

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture(scope="module")
def walked(walked: Path) -> Path:
    """With a second run and a sweep, before the page is opened."""
    workspace = Workspace.open(walked)
    workspace.train(small_spec("second", seed=5))
    keep_small_sweep(workspace, "grid")
    return walked


def test_two_runs_are_compared_and_a_star_is_taken_to_explore(page) -> None:
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


def test_a_sweep_is_a_job_of_all_tabs_and_is_ranked_anew_by_its_slider(page, url: str) -> None:
    other = page.context.new_page()
    open_page(other, url)
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name="Sweeps", exact=True).click()
    page.get_by_role("combobox", name="sweep", exact=True).select_option("paper36")  # it begins with one that was run
    page.locator("button:visible", has_text=re.compile("^Run$")).click()
    for tab in (page, other):
        tab.get_by_role("button", name=re.compile("^cancel")).first.wait_for()
    page.get_by_role("button", name=re.compile("^cancel")).first.wait_for(state="hidden")
    page.get_by_text("36 runs, measured against").wait_for()
    rows = page.locator("tbody tr:visible")
    before = rows.all_inner_texts()
    assert len(before) == 36
    alpha = page.get_by_role("spinbutton", name="α").first
    alpha.fill("1")
    alpha.press("Enter")
    wait_until(
        page,
        """before => { const rows = []
             const walk = (node) => node.querySelectorAll("*").forEach((child) => {
               if (child.matches("tbody tr") && child.offsetParent) { rows.push(child.innerText) }
               if (child.shadowRoot) { walk(child.shadowRoot) } })
             walk(document)
             return rows.length === 36 && rows.join() !== before }""",
        arg=",".join(before),
    )
    other.close()


def test_what_moves_the_measures_of_a_sweep_is_mapped(page) -> None:
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name="Sweeps", exact=True).click()
    page.get_by_role("combobox", name="sweep", exact=True).select_option("grid")
    page.get_by_role("combobox", name="objective", exact=True).select_option("that of the AUCs, measured as published")
    alpha = page.get_by_role("spinbutton", name="α").first
    alpha.fill("0.5")
    alpha.press("Enter")
    page.get_by_role("combobox", name="show", exact=True).select_option("what moves the measures")
    page.get_by_text("Not mapped yet").wait_for()
    page.locator("button:visible", has_text=re.compile("^Map$")).click()
    page.get_by_text(
        re.compile(r"8 runs against truth/planet; that of the AUCs.* α = 0\.5\..*the published shares")
    ).wait_for()
    page.get_by_role("combobox", name="measure", exact=True).select_option("recall")
    page.get_by_text(
        re.compile(r"recall\. Spearman: curves \+0\.8\d, noise \(ppm\) [+−-]0\.\d\d\. Marks: equal")
    ).wait_for()
    page.get_by_role("combobox", name="parameter", exact=True).select_option("noise (ppm)")
    assert page.locator("canvas:visible").count() >= 2


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("Sectors", "All light curves are of one sector"),
        ("Steering matrix", "Not measured yet"),
        ("Auto-steer", "Search tries designs"),
        ("WRSS", "weight of A"),
    ],
)
def test_the_other_views_say_what_they_are_for(page, tab: str, words: str) -> None:
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name=tab, exact=True).click()
    page.get_by_text(re.compile(words)).first.wait_for()


def test_a_grid_of_ones_own_is_run_and_then_one_entry_of_the_list_of_runs(page) -> None:
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name="Sweeps", exact=True).click()
    page.get_by_role("button", name="new grid …").click()
    page.get_by_role("combobox", name="field 2").select_option("–")
    values = page.get_by_role("textbox", name="values 1")
    values.fill("none")
    values.press("Enter")
    page.get_by_text("'none' is no number").wait_for()
    values.fill("5, 6")
    values.press("Enter")
    page.get_by_text("2 runs: about").wait_for()
    page.get_by_role("button", name="Run these").click()
    page.get_by_text("2 runs, measured against").wait_for()
    page.get_by_role("button", name="Explore", exact=True).click()
    page.get_by_role("combobox", name="run", exact=True).select_option("▸ sweep curves, 2 runs")
    page.get_by_text("2 runs, measured against").wait_for()
