"""The page served in a process of its own, and what a person does in the browser."""

import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.app.forked import APP, POSSIBLE, Forked, Parent

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: On a busy machine the first page may take minutes [ms].
PATIENCE = int(os.environ.get("CLARA_BROWSER_PATIENCE_MS", "60000"))
#: How long a server keeps a page whose browser has not connected yet [ms]. Where that takes longer than Bokeh's 15 s,
#: the browser is given another document than it has drawn, asks a distant server for styles, and hears nothing.
UNCONNECTED_MS = 60_000
#: Of all servers of this test process.
PARENT = Parent()


class Browser:
    """Headless Chromium, one for all tests that follow each other."""

    def __init__(self) -> None:
        self._opened: ExitStack | None = None
        self._browser: Any = None

    def open(self, path: str) -> Any:
        """Playwright's browser, started unless it runs."""
        from playwright.sync_api import sync_playwright

        if self._opened is None:
            self._opened = ExitStack()
            driver = self._opened.enter_context(sync_playwright())
            self._browser = driver.chromium.launch(executable_path=path, args=FLAGS)
            self._opened.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        """End it, if it runs."""
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()


BROWSER = Browser()


def free_port() -> int:
    """A port that nobody has, below those that outgoing connections are given; another range for each test process."""
    worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
    first = 10_000 + 2_000 * (worker % 10)
    for port in random.Random().sample(range(first, first + 2_000), 100):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no port from {first} on is free")


#: Tornado says so when a tab is closed while a message is on its way to it, and Bokeh when it had begun to connect.
GONE = re.compile(
    r"^.*Task exception was never retrieved\nfuture: <Task.*(?:write_message|_dispatch_msgs).*\n"
    r"(?:(?!\d{4}-).*\n)*?.*WebSocketClosedError.*\n"
    r"|^.*(?:error handling message|Uncaught exception GET .*/ws).*\n"
    r"(?:(?!\d{4}-).*\n)*?.*assert self\._session is not None\n(?:(?!\d{4}-).*\n)*?AssertionError\n",
    re.MULTILINE,
)


def start(folder: Path, port: int, log: Path, *before: str) -> Forked | subprocess.Popen[bytes]:
    """Start a server on a workspace, and wait until it takes connections.

    It is forked from a process that has imported all it needs; with `before`, the words that stand before its command,
    it is a program of its own.
    """
    arguments = [str(APP), "--port", str(port), "--address", "127.0.0.1"]
    arguments += ["--allow-websocket-origin", f"127.0.0.1:{port}", "--unused-session-lifetime", str(UNCONNECTED_MS)]
    environment = {**os.environ, "CLARA_WORKSPACE": str(folder)}
    process: Forked | subprocess.Popen[bytes]
    if before or not POSSIBLE:
        with log.open("a") as out:
            process = subprocess.Popen(
                [*before, sys.executable, "-m", "clara_app.serve", *arguments],
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=APP.parent,
            )
    else:
        process = PARENT.serve(arguments, log, environment)
    for _ in range(2400):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            break
        except OSError:
            time.sleep(0.025)
    assert process.poll() is None, log.read_text()
    return process


def stop(process: Forked | subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(60)


class Served:
    """A server of one workspace that can be stopped, killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder.parent / f"{folder.name}.log"
        self.url = f"http://127.0.0.1:{self.port}/app"
        self.process = start(folder, self.port, self.log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)

    def end(self) -> None:
        """End it as its user would."""
        stop(self.process)

    def again(self) -> None:
        self.process = start(self.folder, self.port, self.log)

    def said(self) -> str:
        """Its log, without what closed tabs leave in it."""
        return GONE.sub("", self.log.read_text())


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a workspace; the address of the page. A traceback in the server's log fails the test that asked."""
    port, log = free_port(), folder.parent / f"{folder.name}.log"
    process = start(folder, port, log)
    try:
        yield f"http://127.0.0.1:{port}/app"
        said = GONE.sub("", log.read_text())
        assert "Traceback" not in said, said
        assert "left out" not in said, said  # nothing that an honest browser sends
    finally:
        stop(process)


#: Bokeh measures a page again when a box of it has grown, also while another box is made of which only some pieces are
#: there. It measures once more when the others have come (issue 548 of panel-material-ui), so that nobody sees it.
HALF_MADE = "Cannot read properties of undefined (reading 'top_panel')"


def faults_of(tab) -> list[str]:
    """A list to which each error of the page's scripts is added, with the place in the scripts."""
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(error.stack or str(error)) if str(error) != HALF_MADE else None)
    return faults


def wait_until(tab, script: str, arg: Any = None) -> Any:
    """Wait until a script gives something true, and give it; it is not run at each picture, which slows pages."""
    return tab.wait_for_function(script, arg=arg, polling=100)


def wait_here(done: Callable[[], object]) -> None:
    """Wait until something is so in this process, such as in a workspace that a server writes."""
    end = time.monotonic() + 4 * PATIENCE / 1000
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def open_page(tab, url: str) -> None:
    """Go to a page and wait until it has drawn everything and hears clicks and keys."""
    tab.goto(url)
    tab.wait_for_selector("tbody tr[aria-selected=true]:visible")
    if not re.search("area=(compare|data)", url):  # the verdict is what comes last
        tab.get_by_placeholder("note").first.wait_for()
    wait_until(tab, "() => Bokeh.documents[0]?.is_idle && document.body.ariaBusy !== 'true'")


def star_name(tab) -> str:
    return tab.locator(".name").inner_text()


def row_of(tab, place: int) -> str:
    """Name of the star in a row of the ranking."""
    return tab.locator("tbody tr").nth(place).locator("td").nth(1).inner_text()


def wait_for_star(tab, words: str) -> None:
    wait_until(
        tab,
        """words => {
          const inside = (node) => [...node.querySelectorAll("*")].some((child) =>
            (child.classList.contains("name") && child.textContent.includes(words))
            || (child.shadowRoot && inside(child.shadowRoot)))
          return inside(document)
        }""",
        arg=words,
    )


def set_slider(tab, label: str, value: str) -> None:
    field = tab.get_by_role("spinbutton", name=label)
    field.fill(value)
    field.press("Enter")


def ring_on_the_map(tab) -> list[float]:
    """Where on the screen the map has drawn the ring around the selected star [pixels]."""
    return wait_until(
        tab,
        """() => {
          const models = [...Bokeh.documents[0]._all_models.values()]
          const is_ring = (drawn) => drawn.glyph?.type === "Scatter" && drawn.glyph.size?.value === 15
          const figure = models.find((model) => model.type === "Figure" && model.renderers.some(is_ring))
          const ring = figure?.renderers.filter(is_ring).map((drawn) => drawn.data_source)
            .find((source) => source.data.x?.length === 1)
          const view = figure && Bokeh.index.find_one_by_id(figure.id)
          if (!ring || !view?.frame) { return null }
          const box = view.canvas_view.el.getBoundingClientRect()
          return [box.x + view.frame.x_scale.compute(ring.data.x[0]),
                  box.y + view.frame.y_scale.compute(ring.data.y[0])]
        }""",
    ).json_value()
