"""What happens when the server begins, and when it ends: Panel calls the latter after SIGTERM and after Ctrl-C."""

from contextlib import suppress
from threading import Thread

import panel as pn

from clara_app.ready_pages import ready_pages
from clara_app.server import server
from clara_engine.errors import ClaraError


def on_server_loaded(server_context: object) -> None:
    """Read the workspace and make the first page, while the server already answers."""
    Thread(target=_warm, name="first page", daemon=True).start()


def _warm() -> None:
    with suppress(ClaraError, OSError):  # whoever opens the page is told
        ready_pages(server()).prepare()


def on_server_unloaded(server_context: object) -> None:
    """End what the server has under way."""
    for kept in list(pn.state.cache.values()):
        end = getattr(kept[0] if isinstance(kept, tuple) else kept, "end", None)
        if callable(end):
            end()
