"""What happens when the server ends: Panel calls this after SIGTERM and after Ctrl-C."""

import panel as pn


def on_server_unloaded(server_context: object) -> None:
    """End what the server has under way."""
    for kept in list(pn.state.cache.values()):
        end = getattr(kept[0] if isinstance(kept, tuple) else kept, "end", None)
        if callable(end):
            end()
