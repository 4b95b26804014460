"""What idle tabs cost a server: the share of its interpreter's time, and how long a click then takes.

python -m benchmarks.watching                          this code, with 1, 10 and 50 tabs
python -m benchmarks.watching --tree FOLDER --tabs 50  another checkout, for comparison

The tabs are web sockets: each holds a page of the server and takes in what is sent to it, without a browser's drawing.
Nothing else is done while the share is measured: the processor time of the server per second of the clock, once all
pages are filled. Then one more tab, in a browser, walks from star to star.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.raw_tab import RawTab
from benchmarks.serving import served

#: Before a tab is clicked in, and while the share is measured [s].
REST_S, MEASURED_S = 10.0, 15.0
#: Pages are filled after they have connected: the share is measured once it is below this, or after so long [s].
QUIET_SHARE, LONGEST_REST_S = 0.1, 240.0
#: How often somebody goes to the next star, and how long each is looked at [s].
CLICKS, LOOKED_S = 12, 1.0
#: What a browser tells when its page has been drawn.
ARRIVED = {
    "kind": "MessageSent",
    "msg_type": "bokeh_event",
    "msg_data": {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}},
}
#: Goes to the next star; milliseconds until its name has been painted. Whoever asks meanwhile slows the page.
NEXT_STAR = """
() => new Promise((done) => {
  const name_below = (node) => {
    for (const child of node.querySelectorAll("*")) {
      const found = child.matches(".name") ? child : child.shadowRoot && name_below(child.shadowRoot)
      if (found) { return found }
    }
    return null
  }
  const root = name_below(document).getRootNode(), before = root.querySelector(".name").textContent
  const watch = new MutationObserver(() => {
    if ((root.querySelector(".name")?.textContent ?? before) === before) { return }
    watch.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)))
  })
  watch.observe(root, {subtree: true, childList: true, characterData: true})
  const begun = performance.now()
  document.dispatchEvent(new KeyboardEvent("keydown", {key: "j", bubbles: true}))
})
"""
TICKS = os.sysconf("SC_CLK_TCK")
#: Commands that make a small workspace, by the code that then serves it.
MADE_BY = (("demo", "--stars", "60"), ("map", "pca"), ("map", "tsne"))


async def arrived(url: str) -> WebSocketClientConnection:
    """A page that is there; its browser has said so."""
    page = await AsyncHTTPClient().fetch(url, request_timeout=120)
    found = re.search(r'"token":"([^"]+)"', page.body.decode())
    assert found is not None, "no page"
    line = await websocket_connect(f"{url.replace('http', 'ws', 1)}/ws", subprotocols=["bokeh", found[1]])
    await line.read_message()
    for part in ({"msgid": "1", "msgtype": "PATCH-DOC"}, {}, {"events": [ARRIVED]}):
        await line.write_message(json.dumps(part))
    return line


def open_tabs(url: str, count: int, at_once: bool = False) -> Callable[[], None]:
    """So many pages, one after another or at once; a thread of its own holds them. Returns what closes them."""
    there, over = threading.Event(), threading.Event()

    async def opened() -> None:
        if at_once:
            tabs = list(await asyncio.gather(*(RawTab.open(url) for _ in range(count))))
        else:
            tabs = [await RawTab.open(url) for _ in range(count)]
        there.set()
        await asyncio.to_thread(over.wait)
        for tab in tabs:
            tab.close()

    threading.Thread(target=lambda: asyncio.run(opened()), daemon=True).start()
    there.wait()
    return over.set


def processor_s(pid: int) -> float:
    """Processor time of a process so far [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def share_of(pid: int, seconds: float) -> float:
    """Share of the time of one core that a process takes from now on."""
    before, begun = processor_s(pid), time.perf_counter()
    time.sleep(seconds)
    return (processor_s(pid) - before) / (time.perf_counter() - begun)


def come_to_rest(pid: int) -> None:
    """Wait until all pages are filled."""
    begun = time.perf_counter()
    time.sleep(REST_S)  # a new server loads what a Retrain needs six seconds after its first page
    while share_of(pid, 3.0) > QUIET_SHARE and time.perf_counter() - begun < LONGEST_REST_S:
        pass


def walk(tab: Page, url: str) -> float:
    """Open a page in a browser, and walk from star to star; the median time of a step, by the browser's clock [s]."""
    tab.set_default_timeout(120_000)
    tab.goto(url)
    tab.wait_for_selector("tbody tr[aria-selected=true]:visible")
    tab.wait_for_timeout(1000 * REST_S)
    took = []
    for _ in range(CLICKS):
        tab.wait_for_timeout(1000 * LOOKED_S)
        took.append(tab.evaluate(NEXT_STAR) / 1000)
    return statistics.median(took)


def measure(tree: Path, workspace: Path, tabs: int) -> tuple[float, float]:
    """Share of the time of one core, and the median time of a click [s]."""
    with served(workspace, tree) as (url, pid):
        open_tabs(url, tabs)
        come_to_rest(pid)
        share = share_of(pid, MEASURED_S)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
            )
            took = walk(browser.new_page(), url)
            browser.close()
    return share, took


def make_workspace(folder: Path, tree: Path = Path(__file__).parents[1]) -> None:
    """A small workspace, made by the code of a checkout."""
    for command in MADE_BY:
        subprocess.run(
            [sys.executable, "-m", "clara_engine", *command, "--workspace", str(folder)],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree)},
            check=True,
            capture_output=True,
        )


def main() -> None:
    """Print a line for each number of tabs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, default=Path(__file__).parents[1], help="the checkout that is measured")
    parser.add_argument("--tabs", type=int, nargs="+", default=[1, 10, 50])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = options.tree.resolve()
        make_workspace(Path(folder), tree)
        print(f"{'tabs':>6} {'share of a core':>16} {'click (median)':>16}")
        for tabs in options.tabs:
            share, click = measure(tree, Path(folder), tabs)
            print(f"{tabs:>6} {share:>15.1%} {1000 * click:>13.0f} ms", flush=True)


if __name__ == "__main__":
    main()
