"""Every answer of the server has the headers that keep other sites away."""

from pathlib import Path

import pytest
from tornado.web import Application, StaticFileHandler

from clara_app.headers import HEADERS, SafeHeaders
from tests.app.answering import answering, asked


@pytest.fixture(scope="module")
def place():
    static = [(r"/(.*)", StaticFileHandler, {"path": str(Path(__file__).parent)})]
    with answering(lambda: Application(static, transforms=[SafeHeaders])) as place:
        yield place


@pytest.mark.parametrize("path", ["test_headers.py", "nowhere"])
def test_a_file_and_an_error_have_them(place: str, path: str) -> None:
    answer = asked(f"http://{place}/{path}")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
