"""A real server below a path, as a proxy passes it on: pages, files, and the websocket of the proxy's origin alone."""

import asyncio
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id
from tornado.httpclient import HTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from tests.app.browser import free_port

HOST = "clara.example.org"


@pytest.fixture
def below(workspace_folder: Path, tmp_path: Path):
    """The address of ``clara serve --prefix tools/clara``, without scheme."""
    port = free_port()
    options = ["--port", str(port), "--prefix", "tools/clara", "--allow-websocket-origin", HOST]
    command = [sys.executable, "-m", "clara_engine", "serve", "--workspace", str(workspace_folder), *options]
    with (tmp_path / "log").open("w") as out:
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        yield f"127.0.0.1:{port}/tools/clara", process
    finally:
        process.kill()
        process.wait(60)


def get(url: str, process: subprocess.Popen[bytes]) -> bytes:
    """What is there, once the server answers."""
    client = HTTPClient()
    try:
        for _ in range(240):
            try:
                return client.fetch(url, request_timeout=120).body
            except ConnectionRefusedError:
                assert process.poll() is None
                time.sleep(0.5)
        raise TimeoutError(url)
    finally:
        client.close()


async def opened(place: str, origin: str) -> bool:
    """Whether the server takes a websocket from a page of this origin."""
    token = generate_jwt_token(generate_session_id())
    request = HTTPRequest(f"ws://{place}/app/ws", headers={"Origin": origin})
    try:
        (await websocket_connect(request, subprotocols=["bokeh", token])).close()
    except HTTPClientError as error:
        if error.code != 403:
            raise
        return False
    return True


@pytest.mark.heavy
def test_page_files_and_websocket_below_a_prefix(below) -> None:
    place, process = below
    page = get(f"http://{place}/app", process).decode()
    scripts = re.findall(r'<script[^>]* src="([^"]+bokeh[^"]*\.js[^"]*)"', page)
    assert scripts
    host = place.split("/")[0]
    for script in scripts:
        address = script if script.startswith("/") else f"/tools/clara/{script}"
        assert address.startswith("/tools/clara/")
        assert get(f"http://{host}{address}", process)
    with pytest.raises(HTTPClientError, match="404"):
        get(f"http://{host}/app", process)
    assert asyncio.run(opened(place, f"https://{HOST}"))
    assert not asyncio.run(opened(place, "https://elsewhere.example.org"))
