"""What a browser may say to a page.

Bokeh believes whatever comes: any property of any model, any number, any text. So each event is judged before Bokeh
hears of it. One that no browser of an honest person sends is left out, and the log has a line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.core.serialization import Deserializer
from bokeh.document import Document
from bokeh.model import Model
from bokeh.models import ColumnDataSource, Plot, Range1d, Selection
from bokeh.protocol.exceptions import ProtocolError
from bokeh.server.protocol_handler import ProtocolHandler
from bokeh.server.urls import per_app_patterns
from panel.io.server import WSHandler
from panel.models.browser import BrowserInfo
from panel.models.layout import Column
from panel.models.location import Location
from panel.models.widgets import FileDownload
from tornado.websocket import WebSocketClosedError

from clara_app.file_field import PART_BYTES

__all__ = ["GuardedSocket", "guard", "refusal"]

log = logging.getLogger(__name__)

#: What a message may hold: letters of a text, letters of a part of a file, and how deep lists may lie in lists.
TEXT, PART, DEPTH = 20_000, 4 * (PART_BYTES // 3 + 1), 24
#: Largest number: above it a browser knows no integers.
MOST = 2**53
#: Buffers that one message may announce.
BUFFERS = 32
MESSAGES = frozenset({"PULL-DOC-REQ", "PATCH-DOC", "SERVER-INFO-REQ"})
#: What a browser changes of models: what is typed or chosen in fields, and what it has measured.
CHANGED = frozenset({"value", "value_input", "value_throttled", "active", "drawn"})
#: What it measures and tells of itself, of these models alone.
MEASURED: dict[type[Model], frozenset[str]] = {
    BrowserInfo: frozenset(BrowserInfo.properties()) - frozenset(Model.properties()),
    Location: frozenset(Location.properties()) - frozenset(Model.properties()),
    Plot: frozenset({"inner_width", "inner_height", "outer_width", "outer_height"}),
    Range1d: frozenset({"start", "end"}),
    ColumnDataSource: frozenset({"data", "tags"}),
    Selection: frozenset({"indices"}),
    Column: frozenset({"scroll_position"}),
    FileDownload: frozenset({"clicks"}),
}
GONE = "it is about what is no longer on the page"


def refusal(event: Any, document: Document, buffers: Sequence[Any] = ()) -> str:
    """Why an event is left out; empty when it may act.

    Parameters
    ----------
    event : object
        As it came, decoded from JSON; what it says of its model is cut to the id.
    document : Document
        The page that it is for.
    buffers : sequence of bokeh.core.serialization.Buffer
        Arrays of the message that it came in.

    Returns
    -------
    str
        In one line, without words of the browser.
    """
    if not isinstance(event, dict):
        return "it is no event"
    try:
        if event.get("kind") == "MessageSent":
            _name_the_model(event["msg_data"]["values"])
        if why := _unsound(event):
            return why
        if event.get("kind") == "ModelChanged":
            return _no_change(event, document)
        if event.get("kind") == "MessageSent":
            return _no_event(event["msg_data"], document, buffers)
    except (KeyError, TypeError, ValueError, AttributeError):
        return "it lacks what such an event has"
    return "browsers send no such event"


def _unsound(value: Any, depth: int = 0, longest: int = TEXT) -> str:
    """Why no part of a message may be like this, whatever it is about."""
    if isinstance(value, str):
        return f"a text has {len(value):,} letters" if len(value) > longest else ""
    if isinstance(value, int | float):
        return "" if abs(value) <= MOST else "a number is too large, or none"
    if depth > DEPTH:
        return "lists lie too deep in each other"
    if isinstance(value, list):
        if len(value) == 2 and value[0] == "content":  # of an uploaded file
            return _unsound(value[1], depth + 1, PART)
        return next((why for one in value if (why := _unsound(one, depth + 1))), "")
    if isinstance(value, dict):
        if value.get("type") == "object":
            return "it makes something new"
        if value.get("type") == "bytes" and isinstance(value.get("data"), str):
            return "it is compressed"
        if value.get("type") == "number" and not _is_finite(value.get("value")):
            return "a number is not finite"
        return next((why for pair in value.items() for one in pair if (why := _unsound(one, depth + 1))), "")
    return ""


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def _no_change(event: Mapping[str, Any], document: Document) -> str:
    model, attribute, new = document.get_model_by_id(event["model"]["id"]), event["attr"], event["new"]
    if model is None:
        return GONE
    if attribute not in model.properties():
        return "no such name"
    measured = (names for kind, names in MEASURED.items() if isinstance(model, kind))
    if attribute not in CHANGED and attribute not in next(measured, ()):
        return f"no browser changes {type(model).__name__}.{attribute}"
    if not isinstance(new, dict) and not model.lookup(attribute).property.is_valid(new):
        return f"{type(model).__name__}.{attribute} can't be this"
    return _not_offered(model, attribute, new)


def _not_offered(model: Model, attribute: str, new: Any) -> str:
    """Why a field can't hold a value that is of the right kind."""
    bounds = (getattr(model, low, None) for low in (("low", "high") if hasattr(model, "low") else ("start", "end")))
    least, most = (bound if isinstance(bound, int | float) else None for bound in bounds)
    if isinstance(new, int | float) and attribute.startswith("value"):
        inside = (least is None or new >= least) and (most is None or new <= most)
        return "" if inside else f"a number of {type(model).__name__} is out of its bounds"
    longest = getattr(model, "max_length", None)
    if isinstance(new, str) and longest is not None and len(new) > longest:
        return f"a text has {len(new):,} letters, and its field takes {longest:,}"
    labels = getattr(model, "labels", None)
    if attribute == "active" and isinstance(labels, list):
        places = new if isinstance(new, list) else [] if new is None else [new]
        if not all(0 <= place < len(labels) for place in places) or len(places) > len(labels):
            return f"{type(model).__name__} has no such choice"
    options = getattr(model, "options", None)
    if attribute == "value" and isinstance(options, list):
        offered = [one[0] if isinstance(one, tuple | list) else one for one in options]
        if any(one not in offered for one in (new if isinstance(new, list) else [new])):
            return f"{type(model).__name__} has no such choice"
    return ""


def _name_the_model(values: Any) -> None:
    """Leave the id of a model, where a component that has just been drawn sends itself whole."""
    for pair in values.get("entries", ()):
        if pair[0] == "model":
            pair[1] = {"id": pair[1]["id"]}


def _no_event(event: Mapping[str, Any], document: Document, buffers: Sequence[Any]) -> str:
    values = dict(event["values"]["entries"]) if event["values"].get("entries") else {}
    model = None
    if "model" in values:
        model = document.get_model_by_id(values["model"]["id"])
        if model is None:
            return GONE
    try:
        Deserializer([] if model is None else [model]).decode(event, list(buffers))
    except Exception:  # whatever the makers of events raise
        return "it can't be read"
    return ""


class GuardedHandler(ProtocolHandler):
    """Bokeh's handler of whole messages, which hears only events that may act."""

    async def handle(self, message: Any, connection: Any) -> Any:
        """Answer a message.

        Parameters
        ----------
        message : bokeh.protocol.message.Message
        connection : bokeh.server.connection.ServerConnection
        """
        if message.msgtype == "PATCH-DOC":
            events, document = message.content.get("events"), connection.session.document
            if not isinstance(events, list):
                raise ProtocolError("a patch without events")
            judged = [(event, refusal(event, document, message.buffers)) for event in events]
            message.content["events"] = [event for event, why in judged if not why]
            for why in dict.fromkeys(why for _, why in judged if why):
                level = logging.DEBUG if why is GONE else logging.WARNING
                log.log(level, "an event of a browser was left out: %s", why)
        if message.msgtype == "PULL-DOC-REQ":
            return await connection.session.with_document_locked(_whole_page, message.header["msgid"], connection)
        return await super().handle(message, connection)


async def _whole_page(request: str, connection: Any) -> Any:
    """The answer to a browser that asks for its page, written in a thread: it takes as long as many clicks."""

    def write() -> Any:
        reply = connection.protocol.create("PULL-DOC-REPLY", request, connection.session.document)
        _ = reply.content_json  # it is kept with the reply
        return reply

    return await asyncio.to_thread(write)


class GuardedSocket(WSHandler):
    """Panel's websocket, which ends when what comes is no message of a browser.

    Attributes
    ----------
    lost : bool
        Whether the browser has gone. What it had said may still be in the queue, and there is no session for it.
    """

    lost = False

    async def on_message(self, fragment: str | bytes) -> None:
        """Take in a part of a message.

        Parameters
        ----------
        fragment : str or bytes
        """
        if self.lost:
            return
        if isinstance(fragment, str) and not _is_fragment(fragment):
            log.warning("a connection was ended: it sent what is no message of a browser")
            self.close(1008, "no message of a browser")
            return
        if self.handler is not None and not isinstance(self.handler, GuardedHandler):
            self.handler = GuardedHandler()
        await super().on_message(fragment)

    def ping(self, data: str | bytes = b"") -> None:
        """Ask whether the browser is there; where it is not, Bokeh takes the session from the connection at once."""
        try:
            super().ping(data)
        except WebSocketClosedError:
            self.lost = True
            raise

    def on_close(self) -> None:
        """Have the session end, unless it is taken already."""
        if not self.lost:
            self.lost = True
            super().on_close()


def _is_fragment(text: str) -> bool:
    """Whether a text may be part of a message: an object of a known kind, without more buffers than there are."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    buffers = said.get("num_buffers", 0)
    return said.get("msgtype", "PATCH-DOC") in MESSAGES and isinstance(buffers, int) and 0 <= buffers <= BUFFERS


def guard() -> None:
    """Have servers that are made from now on listen by `GuardedSocket`."""
    for place, (path, handler, *options) in enumerate(per_app_patterns):
        if handler is WSHandler:
            per_app_patterns[place] = (path, GuardedSocket, *options)  # type: ignore[assignment]
