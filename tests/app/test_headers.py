"""Every answer of the server has the headers that keep other sites away."""

import re
from pathlib import Path

import pytest
from tornado.web import Application, RequestHandler, StaticFileHandler

from clara_app.headers import HEADERS, SafeHeaders, policy
from tests.app.answering import answering, asked

PAGE = '<title>ü</title><script src="a.js"></script><script>own()</script>'


class Page(RequestHandler):
    def get(self) -> None:
        self.write(PAGE)


@pytest.fixture(scope="module")
def place():
    static = [(r"/page.html", Page), (r"/(.*)", StaticFileHandler, {"path": str(Path(__file__).parent)})]
    with answering(lambda: Application(static, transforms=[SafeHeaders])) as place:
        yield place


@pytest.mark.parametrize("path", ["test_headers.py", "nowhere"])
def test_a_file_and_an_error_have_them(place: str, path: str) -> None:
    answer = asked(f"http://{place}/{path}")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_scripts_that_the_server_wrote_run_and_no_others(place: str) -> None:
    rules = []
    for _ in range(2):
        answer = asked(f"http://{place}/page.html")
        (nonce,) = set(re.findall('nonce="([^"]+)"', answer.body.decode()))
        (rule,) = (one for one in answer.headers["Content-Security-Policy"].split("; ") if one.startswith("script-src"))
        assert rule == f"script-src 'self' 'unsafe-eval' blob: 'nonce-{nonce}'"
        assert answer.body.decode().replace(f' nonce="{nonce}"', "") == PAGE
        rules.append(rule)
    assert rules[0] != rules[1]
    assert asked(f"http://{place}/test_headers.py").headers["Content-Security-Policy"] == policy()
