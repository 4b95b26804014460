"""Tabs of a browser that are measured: when a page is there, when a change of it has been painted, what it holds."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

__all__ = ["browser", "megabytes", "middle_of_map", "new_tab", "plots_drawn", "samples", "settled", "usable"]

PATIENCE_MS = 300_000
#: Sums of all long columns, by what they are called: another light curve has others.
SAMPLES = """
() => {
  const found = []
  for (const model of Bokeh.documents[0].all_models) {
    if (!model.get_column || !model.columns) { continue }
    for (const name of model.columns()) {
      const column = model.get_column(name)
      if (column.length < 5000 || typeof column[0] !== "number") { continue }
      let sum = 0
      for (const value of column) { if (Number.isFinite(value)) { sum += value } }
      found.push(`${model.id} ${name} ${sum}`)
    }
  }
  return found.sort().join("\\n")
}
"""
#: Remembers when the last change of the page had been painted, and when the samples of plots had; that the server still
#: answers is none.
WATCH = f"""
() => {{
  let held = ({SAMPLES})()
  window.painted = {{at: performance.now(), samples: performance.now()}}
  const painted = (mayBeSamples) => {{
    window.painted.at = performance.now()
    if (!mayBeSamples || held === (held = ({SAMPLES})())) {{ return }}
    window.painted.samples = window.painted.at
  }}
  const note = (event) => {{
    if (event.kind === "MessageSent") {{ return }}
    const mayBeSamples = event.model?.get_column !== undefined
    requestAnimationFrame(() => requestAnimationFrame(() => painted(mayBeSamples)))
  }}
  Bokeh.documents[0].on_change(note)
  window.addEventListener("pointerup", () => {{ window.pressed = performance.now() }}, true)
}}
"""


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as driver:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        one = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield one
        one.close()


def new_tab(browser: Browser) -> Page:
    """A tab of a browser that knows nothing; closing its context closes it."""
    tab = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    tab.set_default_timeout(PATIENCE_MS)
    return tab


def usable(browser: Browser, url: str) -> Page:
    """A tab with the whole page in it and a star that can be read, at rest, whose changes are watched."""
    tab = new_tab(browser)
    tab.goto(url, wait_until="commit")
    tab.wait_for_selector("tbody tr[aria-selected=true]")
    tab.wait_for_function("() => Bokeh.documents[0]?.is_idle")
    tab.wait_for_function(f"() => ({SAMPLES})() !== ''")
    tab.evaluate(WATCH)
    tab.wait_for_timeout(1500)
    return tab


def settled(tab: Page, quiet_ms: int = 700) -> float:
    """Milliseconds from the last press to the last change that was painted, once there were none for a while."""
    tab.wait_for_function(
        "quiet => window.painted.at > window.pressed && performance.now() - window.painted.at > quiet", arg=quiet_ms
    )
    return float(tab.evaluate("window.painted.at - window.pressed"))


def plots_drawn(tab: Page) -> float:
    """Milliseconds from the last press to when plots had all their samples, once the page has settled."""
    return float(tab.evaluate("window.painted.samples - window.pressed"))


def samples(tab: Page) -> str:
    """Distinguishes the samples that the plots of a page hold from others; empty when they hold none."""
    return str(tab.evaluate(SAMPLES))


def middle_of_map(tab: Page) -> tuple[float, float]:
    """A place on the map where stars are many [pixels]."""
    box = tab.locator("canvas").first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.5


def megabytes(pid: int) -> float:
    """Resident memory of a process and its children [MB]."""
    total = 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in [pid, *map(int, children)]:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{one}/status").read_text())
        total += int(found.group(1)) / 1000 if found else 0.0
    return total
