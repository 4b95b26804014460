"""The command that opens the dashboard."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Annotated

import typer

from clara_engine.cli.options import Folder, opened
from clara_engine.cli.output import say
from clara_engine.errors import ClaraError

__all__ = ["COMMANDS", "serve"]

# How often closed pages are let go. More often than Panel does, because those that wait take memory that stays taken.
SWEEP_MS = 5000


def serve(
    workspace: Folder = None,
    port: Annotated[int, typer.Option(min=0, max=65535)] = 5006,
    address: Annotated[str, typer.Option(help="Only this machine by default.")] = "localhost",
    basic_auth: Annotated[
        str | None, typer.Option(help="Password, or JSON file of users; needed for a public address.")
    ] = None,
    show: Annotated[bool, typer.Option(help="Open a browser.")] = False,
) -> None:
    """Serve the dashboard, the same as `panel serve app` with safe defaults."""
    if not _loopback(address) and not basic_auth:
        raise ClaraError(f"{address} can be reached by others: give --basic-auth, or leave --address out")
    from clara_engine.store.recent import remember

    ws = opened(workspace)
    remember(ws.folder)
    page = _page_folder()
    command = [sys.executable, "-m", "panel", "serve", page, "--port", str(port), "--address", address]
    for host in dict.fromkeys((address, "localhost", "127.0.0.1")):
        command += ["--allow-websocket-origin", f"{host}:{port}"]
    command += ["--check-unused-sessions", str(SWEEP_MS)]
    if basic_auth:
        command += ["--basic-auth", basic_auth, "--cookie-secret", os.urandom(32).hex()]
    if show:
        command.append("--show")
    say(f"{len(ws.targets)} targets in {ws.folder}; the dashboard is at http://{address}:{port}/app (Ctrl+C ends it)")
    sys.stdout.flush()
    # The server takes the place of this process, so that what ends one ends the other.
    os.execve(command[0], command, {**os.environ, "CLARA_WORKSPACE": str(ws.folder)})


def _loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _page_folder() -> str:
    """Where the page is installed; found without importing it, because the engine does not depend on it."""
    from importlib.util import find_spec

    found = find_spec("app")
    if found is None or not found.submodule_search_locations:
        raise ClaraError("the dashboard is not installed: pip install the whole project")
    return str(found.submodule_search_locations[0])


COMMANDS = (serve,)
