"""docs/deploying/nginx.conf, tried: TLS, the prefix, the websocket, and who asks."""

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.websocket import websocket_connect

from tests.app.answering import asked
from tests.app.browser import free_port
from tests.app.sign_in.conftest import serving, token_in

CONF = Path(__file__).parents[3] / "docs" / "deploying" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None, reason="nginx or openssl is not installed"
)


def certificate(folder: Path) -> None:
    """A certificate that nobody else trusts."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)


@contextmanager
def proxy(folder: Path, port: int, behind: int) -> Iterator[None]:
    """nginx with the file as it is, but for ports, and for where its certificate lies."""
    certificate(folder)
    changes = {
        "/etc/letsencrypt/live/clara.example.org": str(folder),
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "127.0.0.1:5006": f"127.0.0.1:{behind}",
        "clara.example.org": "localhost",
    }
    text = CONF.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    paths = "".join(f"{kind}_temp_path {folder}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"daemon off; pid {folder}/pid; events {{}} http {{ access_log off; {paths}\n{text}\n}}"
    (folder / "nginx.conf").write_text(whole)
    command = [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=2).close()
                break
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(30)


def test_the_recipe(users: Path, tmp_path: Path) -> None:
    port = free_port()
    home = f"https://localhost:{port}/tools/clara"
    with (
        serving(
            "--trusted-proxy", "127.0.0.1", prefix="/tools/clara", allow_websocket_origin=[f"localhost:{port}"]
        ) as place,
        proxy(tmp_path, port, place.port),
    ):
        trusting = {"ca_certs": str(tmp_path / "fullchain.pem")}

        def ask(path: str, **options: object) -> HTTPResponse:
            return asked(f"{home}{path}", **trusting, **options)

        sent = ask("/app")
        assert (sent.code, sent.headers["Location"]) == (302, "./login?next=%2Ftools%2Fclara%2Fapp")
        assert ask("/login").headers["Strict-Transport-Security"]
        form = {"username": "ada", "password": "swordfish"}
        answer = ask("/login?next=/tools/clara/app", method="POST", body=urlencode(form))
        assert (answer.code, answer.headers["Location"]) == (303, "/tools/clara/app")
        cookie = answer.headers["Set-Cookie"]
        assert re.search("; secure", cookie, re.IGNORECASE)
        assert "Path=/tools/clara/" in cookie
        known = {"Cookie": cookie.partition(";")[0]}
        page = ask("/app", headers=known)
        assert "<title>page of ada</title>" in page.body.decode()

        async def first_message(origin: str) -> object:
            context = ssl.create_default_context(cafile=trusting["ca_certs"])
            url = f"wss://localhost:{port}/tools/clara/app/ws"
            request = HTTPRequest(url, headers=known | {"Origin": origin}, ssl_options=context)
            opened = await websocket_connect(request, subprotocols=["bokeh", token_in(page)])
            return await opened.read_message()

        assert asyncio.run(first_message(f"https://localhost:{port}"))
        with pytest.raises(HTTPClientError, match="403"):
            asyncio.run(first_message("https://elsewhere.example.org"))


def test_the_name_is_that_of_nginx_whatever_a_browser_says(tmp_path: Path) -> None:
    port = free_port()
    options = ("--trust-header", "X-Remote-User", "--trusted-proxy", "127.0.0.1")
    with serving(*options, prefix="/tools/clara") as place, proxy(tmp_path, port, place.port):
        said = {"X-Remote-User": "professor"}
        answer = asked(f"https://localhost:{port}/tools/clara/app", headers=said, validate_cert=False)
        assert answer.code == 302
