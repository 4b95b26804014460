"""How long pages take to open beside an empty one, and how much of the processor, in one run and in turns.

python -m benchmarks.opening [WORKSPACE] [--old CHECKOUT]     CHECKOUT: of an older commit, e.g. a worktree

Without a workspace one of 1,000 stars is made.

A page is open when all plots, rows of tables and fields that it has once it is at rest have been drawn. Its processor
time is that of its server and of the browser, until a second later. The machine may have other work: times of one round
are compared with those of the same round.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browsing import browser, new_tab
from benchmarks.made_workspace import build
from benchmarks.serving import served, served_script

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
# Each page is opened as often before it is measured; the pause lets a server make the page for the next tab [s].
WARM_UP, ROUNDS, REST_S = 2, 7, 4.0
SAME = 4  # equal counts in a row, a second apart, by which a page is at rest
#: How much of a page there is to see.
SEEN = """
() => {
  let count = 0
  const walk = (node) => {
    for (const child of node.querySelectorAll("*")) {
      if (child.matches("canvas, tbody tr, input, select, button") && child.getClientRects().length) { count += 1 }
      if (child.shadowRoot) { walk(child.shadowRoot) }
    }
  }
  walk(document)
  return count
}
"""


def processor_seconds(pid: int) -> float:
    """Processor time of a process and of all that it started and that still run [s]."""
    parents, used = {}, {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        one = int(place.parent.name)
        parents[one], used[one] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS
    family = {pid}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used.get(one, 0.0) for one in family)


def opened(browser: Browser, url: str, pid: int, whole: int) -> tuple[float, float]:
    """Open a page in a browser that has nothing of it: milliseconds until it is drawn, and of processor time.

    Parameters
    ----------
    whole : int
        What `SEEN` counts when the page is there.
    """
    before = processor_seconds(pid) + processor_seconds(os.getpid())
    tab = new_tab(browser)
    started = time.perf_counter()
    tab.goto(url, wait_until="commit")
    tab.wait_for_function("() => window.Bokeh?.documents[0]?.is_idle")
    tab.wait_for_function(f"whole => ({SEEN})() >= whole", arg=whole, polling=20)
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    took = time.perf_counter() - started
    tab.wait_for_timeout(1000)
    used = processor_seconds(pid) + processor_seconds(os.getpid()) - before
    tab.context.close()
    return 1000 * took, 1000 * used


def at_rest(browser: Browser, url: str) -> int:
    """What there is to see of a page once nothing is added any more."""
    tab = new_tab(browser)
    tab.goto(url, wait_until="commit")
    tab.wait_for_function("() => window.Bokeh?.documents[0]?.is_idle")
    counts = [0]
    while len(counts) < SAME or len(set(counts[-SAME:])) > 1:
        tab.wait_for_timeout(1000)
        counts.append(tab.evaluate(SEEN))
    tab.context.close()
    return counts[-1]


def compare(browser: Browser, pages: dict[str, tuple[str, int]], rounds: int = ROUNDS) -> None:
    """Open pages in turns and print each with its ratio to the empty one, median over the rounds."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    whole = {name: at_rest(browser, url) for name, (url, _) in pages.items()}
    for number in range(WARM_UP + rounds):
        for name, (url, pid) in pages.items():
            time.sleep(REST_S)
            measured = opened(browser, url, pid, whole[name])
            if number >= WARM_UP:
                times[name].append(measured)
    print(f"{'opened in a new browser':26} {'ms':>7} {'× empty':>8} {'processor ms':>13} {'× empty':>8}")
    for name, measured in times.items():
        line = f"{name:26}"
        for which, width in ((0, 7), (1, 13)):
            values = [one[which] for one in measured]
            ratios = [one[which] / beside[which] for one, beside in zip(measured, times["empty"], strict=True)]
            line += f" {statistics.median(values):>{width}.0f} {statistics.median(ratios):>8.2f}"
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path, nargs="?")
    parser.add_argument("--old", type=Path, help="checkout of an older commit")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with ExitStack() as stack:
        workspace = options.workspace
        if workspace is None:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            build(workspace := place / "stars", 1000, place / "sector")
        pages = {"empty": stack.enter_context(served_script(HERE / "empty_page.py"))}
        checkouts = {"old": options.old, "new": HERE.parent} if options.old else {"new": HERE.parent}
        for name, checkout in checkouts.items():
            url, pid = stack.enter_context(served(workspace, checkout.absolute()))
            pages[name] = f"{url}?map=pca", pid
        compare(stack.enter_context(browser()), pages, options.rounds)


if __name__ == "__main__":
    main()
