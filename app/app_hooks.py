"""What Panel calls when the server starts, and when it ends (after SIGTERM and after Ctrl-C, too)."""

from contextlib import suppress
from threading import Thread

import panel as pn
from panel.theme import Design
from tornado.ioloop import IOLoop

from clara_app.ready_pages import pages_of
from clara_app.server import server
from clara_engine.errors import ClaraError


def on_server_loaded(server_context: object) -> None:
    """Read the workspace while the server already answers, then make the first page."""
    pn.config.design = Design
    Thread(target=_first_page, args=(IOLoop.current(),), name="first page", daemon=True).start()


def _first_page(loop: IOLoop) -> None:
    with suppress(ClaraError, OSError):  # the page then shows the reason
        pages = pages_of(server())
        server().read_first()
        loop.add_callback(pages.prepare)


def on_server_unloaded(server_context: object) -> None:
    """Stop the jobs of the server."""
    for kept in list(pn.state.cache.values()):
        end = getattr(kept[0] if isinstance(kept, tuple) else kept, "end", None)
        if callable(end):
            end()
