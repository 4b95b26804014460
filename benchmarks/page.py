"""How quick the page is for the person before it, measured in headless Chromium, and how much memory it takes.

python -m benchmarks.page                    16,000 stars, and 150,000 on the map; some 20 minutes
python -m benchmarks.page --old CHECKOUT     and the page of an older commit (e.g. of a worktree), in turns, with ratios
python -m benchmarks.page --quick            1,000 stars
python -m benchmarks.page open click         these parts only
python -m benchmarks.page --keep FOLDER      workspaces are kept there for the next time

The workspaces are those of `benchmarks.made_workspace`. A measured time ends when what the last message of the server
changed has been painted (two animation frames later). A click on a star is measured twice: until light curve and fold
have the samples that they keep, and until the last number that is measured of the star has come.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from playwright.sync_api import Browser, Page, TimeoutError

from benchmarks.browsing import (
    SAMPLES,
    browser,
    megabytes,
    middle_of_map,
    new_tab,
    plots_drawn,
    samples,
    settled,
    usable,
)
from benchmarks.opening import compare
from benchmarks.page_table import Values, median, show
from benchmarks.round_trip import round_trips
from benchmarks.serving import served, served_script

HERE = Path(__file__).parent
ROWS = 8  # of the ranking that are clicked on
LOOKED_MS = 1500.0
#: Turns the wheel over the map as fast as frames come, and says how long each frame took [ms].
ZOOM = """
async ([x, y]) => {
  const target = (node) => {
    for (;;) { const inner = node?.shadowRoot?.elementFromPoint(x, y); if (!inner || inner === node) return node
               node = inner }
  }
  const spot = target(document.elementFromPoint(x, y))
  const frames = []
  let before = performance.now()
  for (let i = 0; i < 40; i++) {
    const deltaY = i % 8 < 4 ? -60 : 60
    spot.dispatchEvent(new WheelEvent("wheel", {deltaY, clientX: x, clientY: y, bubbles: true, composed: true,
                                                cancelable: true}))
    await new Promise((done) => requestAnimationFrame(done))
    const now = performance.now()
    frames.push(now - before)
    before = now
  }
  window.pressed = performance.now()
  return frames
}
"""
TOOLTIP = """
() => {
  const seen = (node) => [...node.querySelectorAll("*")].some((child) =>
    ((child.classList.contains("bk-Tooltip") || child.classList.contains("bk-tooltip") || child.dataset?.hover)
      && child.offsetWidth > 0 && child.style.display !== "none" && child.style.visibility !== "hidden"
      && (child.shadowRoot ?? child).textContent.trim() !== "")
    || (child.shadowRoot && seen(child.shadowRoot)))
  return seen(document)
}
"""
#: Text of the first rows of the ranking, which another run changes.
FIRST_ROWS = """
() => {
  const rows = []
  const walk = (node) => {
    for (const child of node.querySelectorAll("*")) {
      if (child.matches("tbody tr")) { rows.push(child.textContent) }
      if (child.shadowRoot) { walk(child.shadowRoot) }
    }
  }
  walk(document)
  return rows.slice(0, 5).join("\\n")
}
"""
OTHER_SAMPLES = f"""
before => new Promise((done) => {{
  const look = () => ({SAMPLES})() !== before
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(true)))
    : setTimeout(look, 10)
  look()
}})
"""


class Served(NamedTuple):
    """A page that is served: its name in the table, its address, and the id of its server's process."""

    name: str
    url: str
    pid: int


class Asked(NamedTuple):
    """What a part is measured with."""

    browser: Browser
    page: Served
    turn: int
    runs: Sequence[str]


def _clicked(tab: Page, number: int) -> tuple[float, float]:
    """Click on a row of the ranking; milliseconds until light curve and fold are drawn, and until all numbers are."""
    before = samples(tab)
    tab.locator("tbody tr").nth(1 + number).click()
    try:
        others = f"before => ![before, ''].includes(({SAMPLES})())"
        tab.wait_for_function(others, arg=before, polling=50, timeout=60_000)
    except TimeoutError:
        raise SystemExit(f"row {number} of the ranking was clicked on, and no plot shows its samples") from None
    whole = settled(tab)
    return plots_drawn(tab), whole


@contextmanager
def _tab(asked: Asked) -> Iterator[Page]:
    tab = usable(asked.browser, asked.page.url)
    yield tab
    tab.context.close()


def measure_click(asked: Asked) -> Values:
    """Click star after star in the ranking; the server has none of them in its cache in the first turn."""
    with _tab(asked) as tab:
        first = [_clicked(tab, number) for number in reversed(range(ROWS))]  # upwards, which nobody expects
        again = [_clicked(tab, number % ROWS) for number in range(1, 15)]
        looked_at = [_after_a_look(tab, number) for number in range(ROWS, 2 * ROWS)]
    found = _both("click", again)
    return found if asked.turn else found | _both("new star", first) | _both("next star", looked_at[1:])


def _after_a_look(tab: Page, number: int) -> tuple[float, float]:
    """As `_clicked`, when somebody has looked at the star before for a moment."""
    tab.wait_for_timeout(LOOKED_MS)
    return _clicked(tab, number)


def _both(key: str, clicks: Sequence[tuple[float, float]]) -> Values:
    drawn, whole = (list(times) for times in zip(*clicks, strict=True))
    return {f"{key} drawn": drawn, key: whole}


def measure_hover(asked: Asked, count: int = 8) -> Values:
    """Put the pointer on stars of the map until their card is there."""
    times = []
    rng = np.random.default_rng(asked.turn)
    with _tab(asked) as tab:
        x, y = middle_of_map(tab)
        for _ in range(count):
            tab.mouse.move(5, 5)
            tab.wait_for_function(f"() => !({TOOLTIP})()")
            dx, dy = rng.normal(scale=12, size=2)
            started = time.perf_counter()
            tab.mouse.move(x + dx, y + dy)
            try:
                tab.wait_for_function(TOOLTIP, timeout=3000)
            except Exception:
                continue  # no star below the pointer
            times.append(1000 * (time.perf_counter() - started))
    return {"card": times}


def measure_recolour(asked: Asked) -> Values:
    """Walk to and fro between two runs with the address, as the back button does."""
    times = []
    with _tab(asked) as tab:
        others_first = sorted(asked.runs[:2], key=lambda run: run in tab.url)
        for number in range(5):
            before = tab.evaluate(FIRST_ROWS)
            tab.evaluate(
                """run => {
                  const address = new URL(window.location.href)
                  address.searchParams.set("run", run)
                  window.history.pushState(null, "", address)
                  window.pressed = performance.now()
                  window.dispatchEvent(new PopStateEvent("popstate"))
                }""",
                others_first[number % 2],
            )
            tab.wait_for_function(f"before => ({FIRST_ROWS})() !== before", arg=before, polling=50)
            times.append(settled(tab))
    return {"recolour": times[1:]}


def measure_zoom(asked: Asked) -> Values:
    """Turn the wheel over the map."""
    with _tab(asked) as tab:
        spot = middle_of_map(tab)
        tab.evaluate(ZOOM, spot)
        frames = tab.evaluate(ZOOM, spot)
        tab.wait_for_timeout(1500)
        rest = max(0.0, float(tab.evaluate("window.painted.at - window.pressed")))
    return {"frame": frames, "zoomed": [rest]}


def measure_busy(asked: Asked) -> Values:
    """Click while a forest of ten thousand trees grows on all cores."""
    times = []
    with _tab(asked) as tab:
        for number in range(ROWS):
            _clicked(tab, number)
        tab.get_by_role("button", name="settings").click()
        tab.get_by_label("trees", exact=True).fill("10000")
        tab.get_by_label("trees", exact=True).press("Enter")
        tab.wait_for_timeout(500)
        tab.get_by_role("button", name="Retrain").click()
        stop = tab.get_by_label("cancel this job").first
        stop.wait_for()
        tab.wait_for_timeout(1500)
        for number in range(ROWS):
            before = samples(tab)
            started = time.perf_counter()
            tab.locator("tbody tr").nth(1 + number).click()
            tab.evaluate(OTHER_SAMPLES, before)
            times.append(1000 * (time.perf_counter() - started))
        if not stop.is_visible():
            raise SystemExit("the job had ended before the last click")
        stop.click()
        stop.wait_for(state="hidden")
    return {"busy": times}


def measure_round_trip(asked: Asked) -> Values:
    """How long another session waits for an answer at worst while a page opens."""
    with round_trips(asked.page.url) as took:
        tab = usable(asked.browser, asked.page.url)
    tab.context.close()
    time.sleep(5)
    return {"round trip": [1000 * max(took)]}


PARTS: dict[str, Callable[[Asked], Values]] = {
    "click": measure_click,
    "hover": measure_hover,
    "recolour": measure_recolour,
    "busy": measure_busy,
    "others": measure_round_trip,
}
MAP_PARTS: dict[str, Callable[[Asked], Values]] = {
    "hover": measure_hover,
    "recolour": measure_recolour,
    "zoom": measure_zoom,
}
NAMES = ["open", "start", *PARTS, "map", "memory"]


def measure_start(browser: Browser, folder: Path, checkout: Path) -> Values:
    """The first page of a server, from when its port answers, and a later one."""
    with served(folder, checkout) as (address, _):
        times = []
        for _ in range(4):
            tab, started = new_tab(browser), time.perf_counter()
            tab.goto(f"{address}?map=pca", wait_until="commit")
            tab.wait_for_function(f"() => window.Bokeh?.documents[0]?.is_idle && ({SAMPLES})() !== ''")
            times.append(1000 * (time.perf_counter() - started))
            tab.wait_for_timeout(5000)
            tab.context.close()
    return {"first": times[:1], "later": [median(times[2:])]}


def measure_memory(browser: Browser, page: Served, count: int) -> Values:
    """Megabytes with ten sessions, and what more of them leave behind."""
    tabs = [usable(browser, page.url) for _ in range(10)]
    ten = megabytes(page.pid)
    for tab in tabs:
        tab.context.close()
    time.sleep(40)
    before = megabytes(page.pid)
    for _ in range(count):
        usable(browser, page.url).context.close()
    time.sleep(40)
    return {"ten": [ten], "left": [megabytes(page.pid) - before]}


def _in_turns(
    browser: Browser, pages: Sequence[Served], part: Callable[[Asked], Values], runs: dict[str, list[str]], turns: int
) -> dict[str, Values]:
    found: dict[str, Values] = {page.name: {} for page in pages}
    for turn in range(turns):
        for page in pages:
            for key, values in part(Asked(browser, page, turn, runs[page.name])).items():
                found[page.name].setdefault(key, []).extend(values)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(NAMES)}; all when none is named")
    parser.add_argument("--old", type=Path, help="checkout of an older commit")
    parser.add_argument("--quick", action="store_true", help="1,000 stars, 10,000 on the map, 10 sessions")
    parser.add_argument("--keep", type=Path, help="folder of the workspaces")
    parser.add_argument("--turns", type=int, default=3, help="how often each part is measured of each page")
    options = parser.parse_args()
    parts = options.parts or NAMES
    if unknown := set(parts) - set(NAMES):
        parser.error(f"unknown parts {', '.join(sorted(unknown))}; known: {', '.join(NAMES)}")
    stars, many, sessions = (1_000, 10_000, 10) if options.quick else (16_000, 150_000, 100)
    checkouts = ({"old": options.old.absolute()} if options.old else {}) | {"new": HERE.parent}
    with ExitStack() as stack:
        place = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tabs = stack.enter_context(browser())
        for count in (stars, many):
            wanted = PARTS if count == stars else MAP_PARTS if "map" in parts else {}
            chosen = {name: part for name, part in wanted.items() if name in parts or count == many}
            others = set(parts) & {"open", "start", "memory"} if count == stars else {"start"} & set(parts)
            if chosen or others:
                folders = {
                    name: _made(place.absolute(), f"{count}-stars-{name}", count, checkout)
                    for name, checkout in checkouts.items()
                }
                head = f"{f'{count:,} stars, {options.turns} turns':68} {'wanted':>9} "
                print(head + "".join(f"{name:>9}" for name in checkouts), flush=True)
                _measure(tabs, folders, checkouts, chosen, others, sessions, options.turns)


def _made(place: Path, name: str, count: int, checkout: Path) -> Path:
    """A workspace made by the code of a checkout: an older one can't read what a newer one wrote."""
    folder = place / name
    if not (folder / "maps").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        command = [sys.executable, HERE / "made_workspace.py", str(folder), str(count), str(place / "sector")]
        subprocess.run(command, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, check=True)
    return folder


def _measure(
    tabs: Browser,
    folders: dict[str, Path],
    checkouts: dict[str, Path],
    parts: dict[str, Callable[[Asked], Values]],
    others: set[str],
    sessions: int,
    turns: int,
) -> None:
    runs = {name: sorted(one.name for one in (folder / "runs").iterdir()) for name, folder in folders.items()}
    if "start" in others:
        show({name: measure_start(tabs, folders[name], checkout) for name, checkout in checkouts.items()})
    with ExitStack() as stack:
        pages = []
        for name, checkout in checkouts.items():
            url, pid = stack.enter_context(served(folders[name], checkout))
            pages.append(Served(name, f"{url}?map=pca", pid))
        if "open" in others:
            empty = Served("empty", *stack.enter_context(served_script(HERE / "empty_page.py")))
            compare(tabs, {page.name: (page.url, page.pid) for page in (empty, *pages)}, 2 * turns + 1)
        for part in parts.values():
            show(_in_turns(tabs, pages, part, runs, turns))
        if "memory" in others:
            show({page.name: measure_memory(tabs, page, sessions) for page in pages})


if __name__ == "__main__":
    main()
