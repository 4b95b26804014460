"""A server on the loopback address that stands in for an archive, and fails in every way an archive can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from clara_engine.archives.manifest import Archive, archives

__all__ = ["Asked", "Reply", "StandIn", "at", "file_route", "services", "stand_in"]

FAST = {"timeout_s": 20.0, "interval_s": 0.0, "retries": 2, "backoff_s": 0.01}
PATHS = {
    "mast": "",
    "mast-lists": "/lists",
    "nasa-exoplanet-archive": "/nasa",
    "exofop": "/exofop",
    "simbad": "/simbad",
    "gaia": "/gaia",
    "skybot": "/skybot",
    "vizier": "/vizier",
}


@dataclass
class Asked:
    """A request: method, path, query and form fields (the first value of each), headers and raw body."""

    method: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """An answer.

    `cut` sends only so many bytes of the body, whose length is announced unless `announced` is False; `wait_s` is
    silence before it, `drip_s` silence after each of its bytes.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    announced: bool = True
    wait_s: float = 0.0
    drip_s: float = 0.0


Route = Callable[[Asked], Reply] | Reply


class StandIn:
    """Answers by the beginning of the path; the longest route that fits wins. `asked` lists what came."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer()

            def do_POST(self):
                self.answer()

            def answer(self):
                url = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                text = body.decode("utf-8", errors="replace") if b"\r\n\r\n" not in body else ""
                fields = {k: v[0] for k, v in (parse_qs(url.query) | parse_qs(text)).items()}
                asked = Asked(self.command, unquote(url.path), fields, dict(self.headers), body)
                outer.asked.append(asked)
                route = outer.find(asked.path)
                reply = route(asked) if callable(route) else route
                time.sleep(reply.wait_s)
                try:
                    self.send(reply)
                except OSError:
                    self.close_connection = True

            def send(self, reply):
                self.send_response(reply.status)
                for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
                    self.send_header(name, value)
                if reply.announced:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                for at in range(len(reply.body) if reply.drip_s else 0):
                    self.wfile.write(reply.body[at : at + 1])
                    time.sleep(reply.drip_s)
                if not reply.drip_s:
                    self.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])
                if reply.cut is not None or not reply.announced:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                """A client that hung up is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def find(self, path: str) -> Route:
        """The route of a path."""
        fitting = [start for start in self.routes if path.startswith(start)]
        return self.routes[max(fitting, key=len)] if fitting else Reply(b"not here", 404)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def file_route(content: bytes, tag: str = '"v1"') -> Callable[[Asked], Reply]:
    """A file that can be resumed, as archives serve it."""

    def answer(asked: Asked) -> Reply:
        wanted = asked.headers.get("Range", "")
        if wanted and asked.headers.get("If-Range", tag) == tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                return Reply(b"", 416)
            span = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}", "ETag": tag}
            return Reply(content[start:], 206, headers=span)
        return Reply(content, headers={"ETag": tag})

    return answer


@pytest.fixture
def stand_in():
    server = StandIn()
    yield server
    server.close()


def at(server: StandIn) -> dict[str, Archive]:
    """Every archive of the manifest, at a stand-in and in a hurry."""
    return {
        name: archive.model_copy(update={"address": server.address + PATHS[name], **FAST})
        for name, archive in archives().items()
    }


@pytest.fixture
def services(stand_in):
    """Every archive of the manifest, at the stand-in and in a hurry."""
    return at(stand_in)
