"""The wheel in headless Chromium: its levers, what is refused, what a run changed, its card, a search, posteriors."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, open_page, ring_on_the_map, wait_for_star, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

#: Whether the preview draws curves, and others than these points.
DRAWS_OTHERS = """before => {
  const points = []
  const walk = (node) => node.querySelectorAll("*").forEach((child) => {
    if (child.matches("[aria-label='synthetic light curves'] polyline")) { points.push(child.getAttribute("points")) }
    if (child.shadowRoot) { walk(child.shadowRoot) }
  })
  walk(document)
  const drawn = points.join(";")
  return drawn && drawn !== before && drawn
}"""


@pytest.fixture(scope="module")
def walked(walked: Path) -> Path:
    """With two stars that a list calls planets."""
    workspace = Workspace.open(walked)
    workspace.labels.add("known", dict.fromkeys(workspace.targets.ids()[:2], "planet"), source="a list")
    return walked


def choose_event(page, event: str) -> None:
    page.get_by_role("combobox", name="event to look for").select_option(event)


def fill(page, **values: str) -> None:
    for label, value in values.items():
        field = page.get_by_role("spinbutton", name=label, exact=True)
        field.fill(value)
        field.press("Enter")


@contextmanager
def preview_follows(page) -> Iterator[None]:
    """What is done here changes the curves of the preview."""
    before = wait_until(page, DRAWS_OTHERS, arg="").json_value()
    yield
    wait_until(page, DRAWS_OTHERS, arg=before)


def runs(page):
    return page.get_by_role("combobox", name="run", exact=True)


def wait_for_run(page, name: str) -> None:
    runs(page).locator("option:checked").filter(has_text=re.compile(name)).wait_for(state="attached")


def stars(page):
    """Rows of the ranking; the preview has a table, too."""
    return page.locator("tbody tr:visible").filter(has_text=re.compile(r"\d{10}"))


def wait_for_top(page) -> None:
    """Wait until the star on the screen is the first of the ranking."""
    first = stars(page).first
    first.and_(page.locator("[aria-selected=true]")).wait_for()
    wait_for_star(page, first.locator("td").nth(1).inner_text())


def test_a_job_that_failed_is_told_and_dismissed_and_the_next_begins(page) -> None:
    choose_event(page, "spots")
    fill(page, **{"background stars": "500"})
    page.get_by_role("button", name="Retrain").click()
    told = page.get_by_text(re.compile("^spots .* failed: .*500"))
    told.wait_for()
    page.get_by_role("button", name="dismiss this line").click()
    told.wait_for(state="detached")
    fill(page, **{"background stars": ""})
    page.get_by_role("button", name="Retrain").click()
    wait_for_run(page, "^spots")


def test_the_preview_follows_every_lever_of_an_event(page) -> None:
    choose_event(page, "planets")
    page.get_by_role("combobox", name="put on").select_option("generated noise")
    page.get_by_role("spinbutton", name="white noise, ppm").wait_for()
    for pair in (
        {"depth from, %": "3", "to, %": "4"},  # the first end alone is refused, so that nothing is drawn before both
        {"period from, d": "14", "to, d": "15"},
        {"events from": "3", "to": "3"},
        {"duration from, h": "20", "to, h": "22"},
    ):
        with preview_follows(page):
            fill(page, **pair)
    for label, value in {"white noise, ppm": "4000", "red noise, ppm": "9000", "cadence, min": "60"}.items():
        with preview_follows(page):
            fill(page, **{label: value})


def test_what_is_refused_is_marked_where_it_stands_and_not_trained(page, walked: Path) -> None:
    trained = len(Workspace.open(walked).runs.list())
    period = page.get_by_role("spinbutton", name="period from, d", exact=True)
    fill(page, **{"period from, d": "20"})
    wait_until(page, "field => field.getAttribute('aria-invalid') === 'true'", arg=period.element_handle())
    page.get_by_text("period runs from 20 down to 15 d: swap them", exact=True).wait_for()
    page.get_by_text("can't train: period runs from 20 down to 15 d").wait_for()
    page.get_by_role("button", name="Retrain", disabled=True).wait_for()
    assert len(Workspace.open(walked).runs.list()) == trained
    fill(page, **{"period from, d": "12"})
    wait_until(page, "field => !field.hasAttribute('aria-invalid')", arg=period.element_handle())
    page.get_by_text("period runs from").first.wait_for(state="hidden")
    page.get_by_role("button", name="Retrain", disabled=False).wait_for()


def test_a_run_brings_its_top_what_it_changed_and_the_measures_of_its_event(page, walked: Path) -> None:
    stars(page).nth(5).click()
    page.get_by_role("button", name="Retrain").click()
    page.get_by_text(re.compile(r"^planets: \d of \d in the top 5 % before, \d now \(chance 0\.\d\)$")).wait_for()
    wait_for_top(page)
    page.get_by_role("button", name="Measures", exact=True).click()
    label = page.get_by_role("combobox", name="label to measure with").locator("option:checked")
    label.filter(has_text="planet").wait_for(state="attached")
    page.get_by_role("button", name="Ranking", exact=True).click()
    (signal,) = Workspace.open(walked).runs.list()[0].spec.design.signals
    assert (signal.depth, signal.period_days) == ((0.03, 0.04), (12, 15))
    assert (signal.events, signal.duration_hours) == ((3, 3), (20, 22))
    ground = Workspace.open(walked).runs.list()[0].spec.design.background
    assert (ground.white_ppm, ground.red_ppm, ground.cadence_minutes) == (4000, 9000, 60)


def test_the_posterior_of_a_star_stands_wherever_the_star_does(page) -> None:
    runs(page).select_option(runs(page).locator("option", has_text="spots").get_attribute("value"))
    page.get_by_role("checkbox", name="say what kind each star is").check()
    kind = page.get_by_role("columnheader", name=re.compile("^sort by kind"))
    kind.wait_for(timeout=4 * PATIENCE)
    stars(page).first.click()
    wait_for_top(page)
    posterior = re.compile(r"^posterior: [a-z ]+ \.\d\d$")
    page.get_by_text(posterior).filter(visible=True).first.wait_for()
    page.mouse.move(5, 400)
    page.mouse.move(*ring_on_the_map(page))
    page.locator("[data-hover=star]").get_by_text(posterior).wait_for()
    page.get_by_role("button", name="Vet", exact=True).click()
    page.get_by_role("columnheader", name=re.compile("kind")).filter(visible=True).first.wait_for()
    page.get_by_role("button", name="Explore", exact=True).click()
    page.get_by_role("checkbox", name="say what kind each star is").uncheck()


def test_a_run_is_loaded_renamed_pinned_and_removed_and_its_link_says_so(page) -> None:
    runs(page).select_option("first")
    page.get_by_role("button", name="about this run").click()
    page.get_by_text("10 trees").wait_for()
    page.get_by_role("button", name="load into the wheel").click()
    page.get_by_text("the wheel holds what first was made of").wait_for()
    assert page.get_by_role("spinbutton", name="curves (n)").input_value() == "10"
    page.get_by_role("button", name="about this run").click()
    page.locator("dialog").get_by_role("textbox", name="name of the run").fill("my first")
    page.get_by_role("button", name="Rename").click()
    wait_for_run(page, "^my first$")
    page.get_by_role("button", name="pin", exact=True).click()
    wait_for_run(page, "^★ my first$")
    page.wait_for_url(re.compile("run="))
    link = page.url
    page.get_by_role("button", name="remove", exact=True).click()
    page.get_by_text("The run is removed.").wait_for()
    wait_for_run(page, "^planets")
    other = page.context.new_page()
    open_page(other, link)
    other.get_by_text(re.compile("it was removed, or is of another workspace; planets .* is shown")).wait_for()
    other.close()
    page.get_by_role("button", name="undo", exact=True).last.click()
    wait_for_run(page, "^★ my first$")
    page.keyboard.press("Escape")


def test_the_wheel_searches_for_more_like_ones_labels(page) -> None:
    page.get_by_role("button", name="more like my labels").click()
    page.get_by_role("combobox", name="find stars like").select_option(label="truth: rotator  (8)")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_text(re.compile(r"is the best of \d+ so far: objective")).wait_for()
    page.get_by_text(re.compile(r"^Best of \d+: ")).wait_for(timeout=4 * PATIENCE)
    for words in ("this design", "P9 as published", "chance"):
        page.get_by_role("cell", name=words, exact=True).wait_for()
    page.get_by_role("button", name="Train it on all stars").click()
    wait_for_run(page, "^auto")
    wait_for_top(page)
    page.get_by_role("button", name="an event", exact=True).click()
