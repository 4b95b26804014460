"""A tile in JupyterLab's launcher that opens the dashboard, by jupyter-server-proxy."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["launcher"]


def launcher() -> dict[str, Any]:
    """How jupyter-server-proxy starts ``clara serve`` and passes it on below Jupyter's own address.

    The server listens to this machine alone. Jupyter checks who asks, and from which page; so the server is told that
    its own page asks, and needs not know Jupyter's public address.

    Returns
    -------
    dict
        Settings of a server process, as jupyter-server-proxy documents them; it fills in ``{port}`` and ``{base_url}``.
    """
    serve = [sys.executable, "-m", "clara_engine", "serve", "--port", "{port}", "--prefix", "{base_url}clara"]
    return {
        "command": serve,
        "absolute_url": True,
        "request_headers_override": {"Origin": "http://localhost:{port}"},
        "timeout": 120,
        "launcher_entry": {"title": "CLARA", "path_info": "clara/app"},
    }
