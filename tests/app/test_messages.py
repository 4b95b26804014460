"""What a browser may say: honest events act, what a hostile client makes up is left out."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from bokeh.document import Document
from bokeh.model import Model
from bokeh.models import Range1d
from panel.widgets import Widget
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

from clara_app.file_field import FileField
from clara_app.heard import Heard
from clara_app.messages import DEPTH, GONE, PART, TEXT, GuardedSocket, refusal
from clara_app.paged_table import PagedTable
from clara_app.tab import Tab
from clara_app.widgets import (
    CheckBoxGroup,
    FileDownload,
    FloatInput,
    IntInput,
    RadioButtonGroup,
    Select,
    TextInput,
    Toggle,
    _Track,
)
from tests.app.browser import Served


@pytest.fixture(scope="module")
def fields() -> dict[str, Widget]:
    return {
        "number": FloatInput(label="n", value=1.0, start=0, end=5),
        "free": FloatInput(label="n", value=1.0),
        "whole": IntInput(label="n", value=1, start=0, end=5),
        "track": _Track(label="t", start=0, end=1, value=0.5),
        "text": TextInput(label="t", max_length=40),
        "select": Select(label="s", options={"one": 1, "two": 2}),
        "choice": RadioButtonGroup(label="c", options=["a", "b"]),
        "ticks": CheckBoxGroup(label="c", options=["a", "b"]),
        "toggle": Toggle(label="t"),
        "file": FileField(lambda files: None, label="f"),
        "saved": FileDownload(lambda: b"x", label="f", filename="x"),
    }


@pytest.fixture(scope="module")
def models(fields: dict[str, Widget], document: Document) -> dict[str, Model]:
    made = {name: field.get_root(document) for name, field in fields.items()} | {"range": Range1d(0, 1)}
    for model in made.values():
        document.add_root(model)
    return made


@pytest.fixture(scope="module")
def document() -> Document:
    return Document()


def change(model: Model | str, attribute: str, new: Any) -> dict[str, Any]:
    return {
        "kind": "ModelChanged",
        "model": {"id": model if isinstance(model, str) else model.id},
        "attr": attribute,
        "new": new,
    }


def said(model: Model | str, name: str = "data_event", **values: Any) -> dict[str, Any]:
    entries = [["model", {"id": model if isinstance(model, str) else model.id}], *map(list, values.items())]
    event = {"type": "event", "name": name, "values": {"type": "map", "entries": entries}}
    return {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}


HONEST = [
    ("number", "value", 5),
    ("number", "value", None),
    ("free", "value", -1e9),
    ("whole", "value", 3),
    ("track", "value_throttled", 0.25),
    ("text", "value_input", "x" * 40),
    ("select", "value", "2"),
    ("choice", "active", 1),
    ("ticks", "active", [0, 1]),
    ("toggle", "active", True),
    ("range", "start", -0.5),
    ("saved", "clicks", 1),
]


@pytest.mark.parametrize(("name", "attribute", "new"), HONEST)
def test_what_is_typed_and_chosen_acts(
    models: dict[str, Model], document: Document, name: str, attribute: str, new: Any
) -> None:
    assert refusal(change(models[name], attribute, new), document) == ""


def deep(levels: int) -> list[Any]:
    lists: list[Any] = []
    for _ in range(levels):
        lists = [lists]
    return lists


HOSTILE = [
    ("number", "value", 5.01, "out of its bounds"),
    ("number", "value", float("nan"), "too large, or none"),
    ("number", "value", {"type": "number", "value": "-inf"}, "not finite"),
    ("number", "value", "five", "can't be this"),
    ("number", "high", 1e9, "no browser changes Spinner.high"),
    ("free", "value", 10**400, "too large"),
    ("free", "value", 1e300, "too large"),
    ("whole", "value", 9, "out of its bounds"),
    ("track", "value", 2, "out of its bounds"),
    ("track", "end", 2, "no browser changes"),
    ("text", "value", "x" * 41, "its field takes 40"),
    ("text", "value_input", "x" * 5_000_000, "5,000,000 letters"),
    ("text", "max_length", None, "no browser changes"),
    ("select", "value", "3", "no such choice"),
    ("select", "options", ["3"], "no browser changes"),
    ("choice", "active", 2, "no such choice"),
    ("ticks", "active", [-1], "no such choice"),
    ("ticks", "active", [0] * 50, "no such choice"),
    ("toggle", "active", [], "can't be this"),
    ("toggle", "disabled", False, "no browser changes"),
    ("range", "start", float("inf"), "too large"),
    ("range", "tags", deep(DEPTH + 1), "too deep"),
    ("range", "nonsense", 1, "no such name"),
    ("text", "value", {"type": "object", "name": "CustomJS"}, "makes something new"),
    ("text", "value", {"type": "bytes", "data": "H4sIAAAA"}, "compressed"),
]


@pytest.mark.parametrize(("name", "attribute", "new", "why"), HOSTILE)
def test_what_no_browser_sends_is_left_out(
    models: dict[str, Model], document: Document, name: str, attribute: str, new: Any, why: str
) -> None:
    assert why in refusal(change(models[name], attribute, new), document)


def test_what_a_file_field_may_hold_is_of_the_server(models: dict[str, Model], document: Document) -> None:
    assert "no browser changes" in refusal(change(models["file"].data, "most_bytes", 10**12), document)


def test_events(models: dict[str, Model], document: Document) -> None:
    part = {"type": "map", "entries": [["name", "a.csv"], ["content", "A" * PART]]}
    assert refusal(said(models["file"], data=part), document) == ""
    part["entries"][1] = ["content", "A" * (PART + 1)]
    assert f"{PART + 1:,} letters" in refusal(said(models["file"], data=part), document)
    part["entries"] = [["name", "A" * (TEXT + 1)]]
    assert "letters" in refusal(said(models["file"], data=part), document)
    assert refusal(said("p0000000"), document) == GONE
    assert refusal(change("p0000000", "value", 1), document) == GONE
    assert "can't be read" in refusal(said(models["file"], name="no-such-event"), document)
    assert "can't be read" in refusal(said(models["file"], name="data_event", nonsense=1), document)


@pytest.mark.parametrize(
    "event",
    [None, [], {}, {"kind": "RootAdded"}, {"kind": "TitleChanged", "title": "x"}, {"kind": "ModelChanged"}]
    + [{"kind": "MessageSent", "msg_data": data} for data in (None, 1, [], {}, {"values": 1})],
)
def test_what_is_no_event_is_left_out(document: Document, event: Any) -> None:
    assert refusal(event, document)


@pytest.mark.parametrize(
    ("component", "data"),
    [
        (Tab(), {"dark": "yes"}),
        (Tab(), ["dark"]),
        (Tab(), {"nonsense": 1}),
        (PagedTable(lambda place: None), {"row": "1"}),
        (FileField(lambda files: None), {"name": 1, "first": True, "content": "", "last": True}),
    ],
)
def test_a_component_hears_its_own_script_alone(
    component: Heard, data: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(type(component), "receive", lambda self, data: heard.append(data))
    component.hear(data)
    assert heard == []
    assert "has another form" in caplog.text


def test_a_table_has_the_rows_that_it_shows() -> None:
    clicked: list[Any] = []
    table = PagedTable(clicked.append, on_sort=clicked.append, on_page=clicked.append)
    table.param.update(rows=[["a"]], columns=[{"name": "tic"}], pages=2)
    for data in ({"row": 1}, {"row": -1}, {"page": 2}, {"page": -1}, {"sort": "nonsense"}):
        table.hear(data)
    assert clicked == []
    for data in ({"row": 0}, {"page": 1}, {"sort": "tic"}):
        table.hear(data)
    assert clicked == [0, 1, "tic"]


def test_a_file_field_takes_so_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Any] = []
    monkeypatch.setattr("clara_app.file_field.MOST_FILES", 2)
    field = FileField(taken.append, multiple=True, most_bytes=5)

    def send(*parts: tuple[str, str]) -> None:
        for i, (name, content) in enumerate(parts):
            field.hear({"name": name, "first": i == 0, "content": content, "last": i == len(parts) - 1})

    send(("a", "QQ=="), ("b", "QQ=="), ("c", "QQ=="))
    send(("a", "no base64"))
    send(("a", "QUFBQUFB"))  # six bytes
    send(("n" * 300, "QQ=="))
    assert taken == []
    send(("a", "QQ=="), ("b", ""))
    assert taken == [{"a": b"A", "b": b""}]
    field.disabled = True
    send(("a", "QQ=="))
    assert len(taken) == 1


class Client:
    """Whoever has fetched the page, and speaks to its server by hand."""

    def __init__(self, served: Served) -> None:
        page = requests.get(f"{served.url}?area=data", timeout=60).text
        self._token = re.search(r'"token":"([^"]+)"', page)[1]  # type: ignore[index]
        self._url = f"{served.url}/ws".replace("http", "ws", 1)
        self._origin = served.url.removesuffix("/app")

    async def open(self) -> None:
        request = HTTPRequest(self._url, headers={"Origin": self._origin})
        self.socket = await websocket_connect(request, subprotocols=["bokeh", self._token])
        await self.hear("ACK")
        ready = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
        await self.say("PATCH-DOC", {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": ready}]})

    async def say(self, kind: str, content: Any) -> None:
        for part in ({"msgtype": kind, "msgid": "1"}, {}, content):
            await self.socket.write_message(json.dumps(part))

    async def hear(self, kind: str) -> Any:
        """The content of the next message of a kind; None when the server has ended the connection."""
        while (header := await self.socket.read_message()) is not None:
            if isinstance(header, str) and json.loads(header).get("msgtype") == kind:
                await self.socket.read_message()
                return json.loads(await self.socket.read_message())
        return None


def _objects(content: Any) -> Iterator[dict[str, Any]]:
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _objects(part)
    if isinstance(content, dict) and "attributes" in content:
        yield content


async def _numbers(client: Client) -> dict[str, Any]:
    """The fields of numbers on the page, which is told that it has been drawn, so that it fills."""
    await client.say("PULL-DOC-REQ", {})
    found = list(_objects(await client.hear("PULL-DOC-REPLY")))
    for one in found:
        if re.fullmatch(r"Tab\d*", one["name"]) and "drawn" not in one["attributes"]:
            await client.say("PATCH-DOC", {"events": [change(one["id"], "drawn", True)]})
            await client.hear("OK")
    return {one["id"]: one["attributes"] for one in found if one["name"].endswith("Spinner")}


async def _be_hostile(served: Served) -> None:
    client = Client(served)
    await client.open()
    before: dict[str, Any] = {}
    while not before:  # until the page is there
        before = await _numbers(client)
        await asyncio.sleep(0.2)
    for model in before:
        for attribute, new in [("high", 1e300), *(("value", new) for new in (float("nan"), 1e300, "x" * 3_000_000))]:
            await client.say("PATCH-DOC", {"events": [change(model, attribute, new)]})
            await client.hear("OK")
    await asyncio.sleep(0.5)
    after = await _numbers(client)
    assert {model: after[model] for model in before} == before
    for broken in ("no json", "[" * 5000, "3", json.dumps({"msgtype": "PUSH-DOC", "msgid": "1"}), "x" * 30_000_000):
        client = Client(served)
        await client.open()
        with suppress(WebSocketClosedError):  # what is too large ends the connection while it is sent
            await client.socket.write_message(broken)
        assert await client.hear("PULL-DOC-REPLY") is None


@pytest.mark.heavy
def test_a_hostile_client_changes_nothing_and_leaves_a_few_lines(workspace_folder: Path) -> None:
    served = Served(workspace_folder)
    try:
        asyncio.run(_be_hostile(served))
    finally:
        served.end()
    log = served.said()
    assert "Traceback" not in log
    assert "a number is too large, or none" in log
    assert "a connection was ended" in log
    assert len(log) < 10_000


@pytest.mark.parametrize("lost_by", ["a ping", "an end"])
def test_a_closed_connection_is_heard_no_more(lost_by: str) -> None:
    """What came before may still be in its queue; Bokeh has taken its session, by a ping even before its end."""
    socket = object.__new__(GuardedSocket)  # it lacks all that messages need
    socket.connection, socket.close_code, socket.close_reason, socket.ws_connection = None, None, None, None
    if lost_by == "a ping":
        with pytest.raises(WebSocketClosedError):
            socket.ping()
        socket.connection = object()  # without a session
    socket.on_close()
    asyncio.run(socket.on_message("{}"))
