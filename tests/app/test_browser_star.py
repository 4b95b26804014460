"""The star column in headless Chromium: the light curve and its marks, the period, what the star is, Gaia."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from clara_app.cached_workspace import CachedWorkspace
from clara_engine.periods import Ephemeris
from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, faults_of, open_page, serve, wait_for_star, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

PI_MENSAE, PERIOD_DAYS = 261136679, 6.2679

#: Where the figure of the light curve is on the screen, and what it shows.
FIGURE = """() => {
  const models = [...Bokeh.documents[0]._all_models.values()]
  const figure = models.find((model) => model.type === "Figure" && model.below[0]?.axis_label?.startsWith("time, BTJD"))
  const view = figure && Bokeh.index.find_one_by_id(figure.id)
  if (!view?.frame) { return null }
  const box = view.canvas_view.el.getBoundingClientRect(), {x_range, y_range} = figure
  return {
    left: box.x + view.frame.x_scale.compute(x_range.start), right: box.x + view.frame.x_scale.compute(x_range.end),
    middle: box.y + (view.frame.bbox.top + view.frame.bbox.bottom) / 2, start: x_range.start, end: x_range.end,
    low: y_range.start, high: y_range.end, drag: figure.toolbar.active_drag?.type ?? "",
    drawing: figure.toolbar.active_drag?.overlay?.visible ?? false,
  }
}"""

#: The same, once it stays where it is; no promise, which counts as true before it is kept.
AT_REST = f"""() => {{
  const now = JSON.stringify(({FIGURE})())
  const time = Date.now(), before = window.at_rest
  window.at_rest = {{now, time, since: before?.now === now && time - before.time < 300 ? before.since : time}}
  return time - window.at_rest.since > 400 && JSON.parse(now)
}}"""


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of real light curves, Pi Mensae's among them."""
    folder = tmp_path_factory.mktemp("real") / "workspace"
    files = sorted((shared_data / "spoc_s0001_2min").glob("*_lc.fits*"))
    chosen = [file for file in files if f"{PI_MENSAE:016d}" in file.name] + files[:3]
    Workspace.open(folder).ingest(chosen)
    return folder


@pytest.fixture(scope="module")
def simulated(workspace_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(workspace_template, tmp_path_factory.mktemp("star") / "workspace"))


@pytest.fixture(scope="module")
def dipping(simulated: Path) -> tuple[str, Ephemeris, Ephemeris]:
    """A star with deep dips: its id, what the search finds, and what is fitted to that."""
    page = CachedWorkspace(Workspace.open(simulated))
    for star in map(page.star, page.catalogue().index):
        best = star.search.best if star.search else None
        if star.light_curve is None or best is None or best.kind != "dips":
            continue
        event = page.transit(star.light_curve, best.ephemeris)
        if event.converged and len(event.events) > 2 and event.snr > 30 and event.odd_even.sigma < 3:
            return star.target_id, best.ephemeris, event.ephemeris
    raise AssertionError("no star with deep dips")


@pytest.fixture(scope="module")
def kepler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one star of Kepler's."""
    folder = tmp_path_factory.mktemp("kepler")
    time = np.arange(539, 549, 1 / 48)
    flux = 1 - np.where(np.abs((time - 541.25 + 1) % 2 - 1) < 0.05, 0.01, 0)
    flux += 1e-4 * np.random.default_rng(0).normal(size=time.size)
    lines = ["# kic: 757076", "time,flux", *(f"{t:.5f},{f:.6f}" for t, f in zip(time, flux, strict=True))]
    (folder / "star.csv").write_text("\n".join(lines) + "\n")
    Workspace.open(folder / "workspace").ingest([folder / "star.csv"])
    return folder / "workspace"


def opened(chromium, folder: Path, query: str = "") -> Iterator:
    with serve(folder) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        tab = context.new_page()
        problems = faults_of(tab)
        tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        tab.set_default_timeout(PATIENCE)
        open_page(tab, url + query)
        yield tab
        context.close()
    assert problems == []


@pytest.fixture(scope="module")
def sky(chromium, real: Path) -> Iterator:
    yield from opened(chromium, real)


@pytest.fixture(scope="module")
def play(chromium, simulated: Path) -> Iterator:
    yield from opened(chromium, simulated)


@pytest.fixture(scope="module")
def quarter(chromium, kepler: Path) -> Iterator:
    yield from opened(chromium, kepler)


def button(tab, words: str):
    """A button by what stands on it; its accessible name is its explanation."""
    return tab.locator("button", has_text=re.compile(rf"^\s*{re.escape(words)}\s*$"))


def wait_for_period(tab, days: float, share: float = 1e-3) -> None:
    wait_until(
        tab,
        """([days, share]) => {
          const find = (node) => [...node.querySelectorAll("*")].map((child) =>
            child.placeholder === "no period" ? child : child.shadowRoot && find(child.shadowRoot)).find(Boolean)
          return Math.abs(find(document)?.value / days - 1) < share
        }""",
        arg=[days, share],
    )


def test_pi_mensae_is_found_and_folded_on_its_transit(sky) -> None:
    field = sky.get_by_placeholder("TIC …")
    field.fill(str(PI_MENSAE))
    field.press("Enter")
    wait_for_star(sky, str(PI_MENSAE))
    wait_for_period(sky, PERIOD_DAYS)
    sky.get_by_role("button", name="event", exact=True).click()
    sky.get_by_text(re.compile("depth .* 5 events")).wait_for()
    button(sky, "2×").click()
    wait_for_period(sky, 2 * PERIOD_DAYS)
    for _ in range(4):  # columns alone change, by an event that comes without the lock of the page
        button(sky, "odd").click()
        sky.wait_for_timeout(300)
    sky.get_by_role("button", name="List").click()
    sky.get_by_role("cell", name="best: dips").click()
    wait_for_period(sky, PERIOD_DAYS)


def test_its_ephemeris_is_fitted_and_kept(sky) -> None:
    button(sky, "Fit").click()
    sky.get_by_placeholder("name", exact=True).fill("b")
    sky.get_by_placeholder("name", exact=True).press("Enter")
    button(sky, "Save").click()
    sky.get_by_role("cell", name="saved: b").wait_for()
    button(sky, "Remove").wait_for()


def test_it_is_vetted_with_reasons_and_links_lead_to_the_archives(sky) -> None:
    sky.get_by_role("button", name="What is it?", exact=True).click()
    sky.get_by_text("nothing speaks against a planet").wait_for()
    sky.get_by_text("earth radii").first.wait_for()
    link = sky.get_by_role("link", name="ExoFOP")
    assert link.get_attribute("href").endswith(f"id={PI_MENSAE}")
    assert link.get_attribute("rel") == "noopener noreferrer"


def drag(tab, seen: dict, start: float, end: float) -> None:
    """Drag over the light curve, between two shares of its width; again where it came late on a busy machine.

    Bokeh takes a pointer that has not moved by 5 pixels in 0.3 s for one that is held, and its later way for no drag.
    """
    first, last = (seen["left"] + share * (seen["right"] - seen["left"]) for share in (start, end))
    for _ in range(30):
        tab.mouse.move(first, seen["middle"])
        tab.mouse.down()
        tab.mouse.move(last, seen["middle"])
        drawing = tab.evaluate(FIGURE)["drawing"]
        tab.mouse.up()
        if drawing:
            return
    raise AssertionError("no drag was heard")


def test_the_field_and_the_fold_have_the_fitted_period(play, dipping: tuple[str, Ephemeris, Ephemeris]) -> None:
    target_id, found, fitted = dipping
    assert abs(found.period_days - fitted.period_days) > 1e-5
    field = play.get_by_placeholder("TIC …")
    field.fill(target_id)
    field.press("Enter")
    wait_for_star(play, target_id.split("-")[0])
    wait_for_period(play, fitted.period_days, 1e-6 / fitted.period_days)
    play.get_by_text(re.compile(rf"^every {fitted.period_days:.6f}")).wait_for()


def test_a_second_drag_gives_the_period_and_it_is_taken_back(play, dipping: tuple[str, Ephemeris, Ephemeris]) -> None:
    _, _, fitted = dipping
    play.get_by_role("button", name="mark", exact=True).click()
    wait_until(play, f"() => ({FIGURE})()?.drag === 'BoxSelectTool'")
    seen = wait_until(play, AT_REST).json_value()
    first, second = fitted.expected_in(seen["start"] + 1, seen["end"] - 1)[[0, -1]]
    for middle, said in ((first, "another one gives a period"), (second, "marked twice")):
        seen = wait_until(play, AT_REST).json_value()
        edges = [(middle + side * 0.3 - seen["start"]) / (seen["end"] - seen["start"]) for side in (-1, 1)]
        drag(play, seen, *edges)
        play.mouse.move(5, 400)
        play.get_by_text(said).wait_for()
    wait_for_period(play, second - first)
    play.get_by_role("button", name="clear the marks").click()
    wait_for_period(play, fitted.period_days, 1e-6 / fitted.period_days)
    wait_until(play, f"() => ({FIGURE})()?.drag !== 'BoxSelectTool'")


def test_a_drag_marks_an_event_steps_show_it_and_it_is_saved(play) -> None:
    play.get_by_role("button", name="mark", exact=True).click()
    wait_until(play, f"() => ({FIGURE})()?.drag === 'BoxSelectTool'")
    seen = wait_until(play, AT_REST).json_value()  # last: whatever still comes to the head of the star moves the plot
    play.mouse.move((seen["left"] + seen["right"]) / 2, seen["middle"])
    play.get_by_text("UTC ·").wait_for()  # the read-out
    drag(play, seen, 0.3, 0.4)
    play.get_by_role("button", name="clear the marks").wait_for()
    play.mouse.move(5, 400)
    play.get_by_text("marked:").wait_for()
    play.mouse.click(5, 400)
    play.keyboard.press(".")
    play.get_by_text("event 1 of").wait_for()
    near = wait_until(
        play,
        f"(whole) => {{ const now = ({FIGURE})(); return now.end - now.start < whole && now }}",
        arg=0.7 * (seen["end"] - seen["start"]),
    ).json_value()
    assert seen["start"] < near["end"]
    with play.expect_download() as saved:
        play.locator("button, a").filter(has_text="FITS").first.click()
    assert saved.value.suggested_filename.endswith("-light-curve.fits")
    play.keyboard.press("Escape")
    play.get_by_role("button", name="clear the marks").wait_for(state="hidden")


def test_detrending_is_a_choice(play) -> None:
    play.get_by_role("combobox", name="flux").select_option("detrended")
    play.get_by_text("d window").wait_for()


def test_the_time_cursor_moves_in_both_plots_and_stays_in_the_browser(play) -> None:
    play.get_by_role("button", name="What is it?", exact=True).click()
    play.get_by_text("Is it a planet?").wait_for()
    box = play.get_by_text("Light curve", exact=True).bounding_box()
    play.mouse.move(box["x"] + 200, box["y"] + 90)
    wait_until(
        play,
        """() => [...Bokeh.documents[0]._all_models.values()].some((model) =>
             model.type === "ColumnDataSource" && Object.keys(model.data).join() === "time"
             && model.data.time.length === 1 && model.data.time[0] > 1300)""",
    )


def test_simulated_stars_say_why_there_is_no_gaia_diagram_and_have_no_links(play) -> None:
    play.get_by_role("button", name="Gaia", exact=True).click()
    play.get_by_text("Simulated stars are in no catalogue").wait_for()
    assert play.get_by_role("link", name="ExoFOP").count() == 0


def type_epoch(tab, days: float, shown_btjd: float) -> None:
    field = tab.get_by_placeholder("epoch")
    field.fill(f"{days:.2f}")
    field.press("Enter")
    wait_until(
        tab,
        """(btjd) => {
          const find = (node) => [...node.querySelectorAll("*")].map((child) =>
            child.placeholder === "epoch" ? child : child.shadowRoot && find(child.shadowRoot)).find(Boolean)
          return Math.abs(find(document)?.value - btjd) < 1e-4
        }""",
        arg=shown_btjd,
    )


@pytest.mark.parametrize("zero", [2457000.0, 56999.5, 0.0])
def test_an_epoch_may_be_typed_as_any_date_of_a_file(play, zero: float) -> None:
    play.get_by_role("button", name="Period", exact=True).click()
    type_epoch(play, 1331.25 + zero, 1331.25)


@pytest.mark.parametrize(("typed", "bkjd"), [(541.25, 541.25), (2454833 + 543.25, 543.25)])
def test_an_epoch_of_a_star_of_kepler_is_typed_in_its_days(quarter, typed: float, bkjd: float) -> None:
    from playwright.sync_api import expect

    expect(quarter.get_by_placeholder("epoch")).not_to_have_value(
        "", timeout=PATIENCE
    )  # else it replaces what is typed
    type_epoch(quarter, typed, bkjd - 2167)
