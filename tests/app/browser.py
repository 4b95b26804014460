"""The page served in a process of its own, and what a person does in the browser."""

import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: On a busy machine the first page may take minutes [ms].
PATIENCE = int(os.environ.get("CLARA_BROWSER_PATIENCE_MS", "60000"))
APP = Path(__file__).parents[2] / "app"


def free_port() -> int:
    """A port that nobody has, below those that outgoing connections are given; another range for each test process."""
    worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
    first = 10_000 + 2_000 * (worker % 10)
    for port in random.Random().sample(range(first, first + 2_000), 100):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no port from {first} on is free")


#: Tornado says so when a tab is closed while a message is on its way to it.
GONE = re.compile(
    r"^.*Task exception was never retrieved\nfuture: <Task.*(?:write_message|_dispatch_msgs).*\n"
    r"(?:(?!\d{4}-).*\n)*?.*WebSocketClosedError.*\n",
    re.MULTILINE,
)


def start(folder: Path, port: int, log: Path, *before: str) -> subprocess.Popen[bytes]:
    """Start a server on a workspace, and wait until it takes connections; `before` stands before its command."""
    command = [*before, sys.executable, "-m", "panel", "serve", str(APP), "--port", str(port), "--address", "127.0.0.1"]
    command += ["--allow-websocket-origin", f"127.0.0.1:{port}"]
    with log.open("a") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, "CLARA_WORKSPACE": str(folder)},
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=APP.parent,
        )
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            break
        except OSError:
            time.sleep(0.25)
    assert process.poll() is None, log.read_text()
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(15)


class Served:
    """A server of one workspace that can be stopped, killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder.parent / f"{folder.name}.log"
        self.url = f"http://127.0.0.1:{self.port}/app"
        self.process = start(folder, self.port, self.log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)

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
    finally:
        stop(process)


def open_page(tab, url: str) -> None:
    """Go to a page and wait until it has drawn everything and hears clicks and keys."""
    tab.goto(url)
    tab.wait_for_selector("tbody tr[aria-selected=true]:visible")
    tab.wait_for_function("() => Bokeh.documents[0]?.is_idle")


def star_name(tab) -> str:
    return tab.locator(".name").inner_text()


def wait_for_star(tab, words: str) -> None:
    tab.wait_for_function(
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
    return tab.wait_for_function(
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
        }"""
    ).json_value()
