"""A tab without a browser: it speaks to the server as a page does, and draws nothing."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

__all__ = ["RawTab"]

#: The answer of a server that shows as many pages as it may.
TOO_MANY = 503
PATIENCE_S = 240.0


class RawTab:
    """A page of a server, held by a web socket.

    Attributes
    ----------
    heard : asyncio.Queue of str
        What the server said, other than answers to questions.
    """

    def __init__(self, line: WebSocketClientConnection) -> None:
        self._line, self._numbers = line, itertools.count(1)
        self._asked: dict[str, asyncio.Future[str]] = {}
        self._models: defaultdict[str, asyncio.Future[tuple[str, str]]] = defaultdict(asyncio.Future)
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self._let_in = asyncio.Event()
        self._hearing = asyncio.ensure_future(self._hear())

    @classmethod
    async def open(cls, url: str, *, keep: bool = False) -> RawTab:
        """A page that is there and whole. One that is refused is asked for again, as browsers do.

        Parameters
        ----------
        url : str
        keep : bool
            Whether what the server says is kept in `heard`.
        """
        while (page := await _get(url)).code == TOO_MANY:
            await asyncio.sleep(float(page.headers["Retry-After"]))
        found = re.search(r'"token":"([^"]+)"', page.body.decode())
        assert found is not None, f"no page: {page.code}"
        address = f"{url.partition('?')[0].replace('http', 'ws', 1)}/ws"
        tab = cls(await websocket_connect(address, subprotocols=["bokeh", found[1]], max_message_size=2**30))
        tab._keep = keep
        await asyncio.wait_for(tab._let_in.wait(), PATIENCE_S)
        await tab.ask("PULL-DOC-REQ")
        await tab.tell("document_ready")
        drawn, _ = await tab.model("Tab")
        await tab.change(drawn, "drawn", True)
        await tab.model("VerdictEntry")
        return tab

    _keep = False

    async def ask(self, kind: str) -> str:
        """The answer to a question without content, such as ``PULL-DOC-REQ``."""
        number = f"ask {next(self._numbers)}"
        self._asked[number] = asyncio.get_running_loop().create_future()
        await self._say({"msgid": number, "msgtype": kind}, {})
        return await asyncio.wait_for(self._asked[number], PATIENCE_S)

    async def model(self, name: str) -> tuple[str, str]:
        """Ids of what a component's parameters live in, and of the component itself, once it is there."""
        return await asyncio.wait_for(asyncio.shield(self._models[name]), PATIENCE_S)

    async def tell(self, name: str, **values: Any) -> None:
        """Send an event of the document."""
        event = {"type": "event", "name": name, "values": _written(values)}
        await self._patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event})

    async def say(self, model: str, data: Any) -> None:
        """Send what a component's script says to its Python side."""
        await self.tell("data_event", model={"id": model}, data=data)

    async def change(self, model: str, name: str, value: Any) -> None:
        """Set a parameter of a component, as its script does."""
        await self._patch({"kind": "ModelChanged", "model": {"id": model}, "attr": name, "new": value})

    async def until(self, words: str) -> str:
        """What the server says that holds these words."""
        while True:
            said = await asyncio.wait_for(self.heard.get(), PATIENCE_S)
            if words in said:
                return said

    async def hold(self) -> None:
        """Take in what is sent until the server ends."""
        await asyncio.wait([self._hearing])

    def close(self) -> None:
        """Close it, as a person does."""
        self._hearing.cancel()
        self._line.close()

    async def _patch(self, event: dict[str, Any]) -> None:
        await self._say({"msgid": f"say {next(self._numbers)}", "msgtype": "PATCH-DOC"}, {"events": [event]})

    async def _say(self, header: dict[str, Any], content: dict[str, Any]) -> None:
        for part in (header, {}, content):
            await self._line.write_message(json.dumps(part))

    async def _hear(self) -> None:
        while (first := await self._line.read_message()) is not None:
            header = json.loads(first)
            await self._line.read_message()
            content = str(await self._line.read_message())
            for _ in range(2 * header.get("num_buffers", 0)):
                await self._line.read_message()
            if header["msgtype"] == "ACK":
                self._let_in.set()
            if "class_name" in content:
                self._learn(json.loads(content))
            if '"drawn"' in content and header["msgtype"] == "PATCH-DOC":
                await self._draw_again(json.loads(content)["events"])
            asked = self._asked.pop(header.get("reqid", ""), None)
            if asked is not None and not asked.done():
                asked.set_result(content)
            elif self._keep:
                self.heard.put_nowait(content)

    async def _draw_again(self, events: list[dict[str, Any]]) -> None:
        """Say that everything is drawn, where the server asks for it."""
        for event in events:
            if event.get("attr") == "drawn" and event["new"] is False:
                await self.change(event["model"]["id"], "drawn", True)

    def _learn(self, said: Any) -> None:
        """Keep the ids of components: the server sends each once, in the document or in a change of it."""
        for model in _models(said):
            facts = model.get("attributes", {})
            if "class_name" in facts and not (found := self._models[facts["class_name"]]).done():
                found.set_result((facts["data"]["id"], model["id"]))


async def _get(url: str) -> HTTPResponse:
    client = AsyncHTTPClient(force_instance=True)  # the one that all share asks for ten pages at a time
    try:
        return await client.fetch(url, connect_timeout=PATIENCE_S, request_timeout=PATIENCE_S, raise_error=False)
    finally:
        client.close()


def _models(part: Any) -> Iterator[dict[str, Any]]:
    """Every model in a serialised document."""
    if isinstance(part, dict):
        if part.get("type") == "object" and "id" in part:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _models(one)


def _written(value: Any) -> Any:
    """A value as Bokeh sends it."""
    if not isinstance(value, dict) or set(value) == {"id"}:
        return value
    return {"type": "map", "entries": [[name, _written(one)] for name, one in value.items()]}
