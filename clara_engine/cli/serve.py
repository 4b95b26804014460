"""The command that opens the dashboard."""

from __future__ import annotations

import ipaddress
import os
import re
import subprocess
import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import Cluster, Folder, opened
from clara_engine.cli.output import say
from clara_engine.errors import ClaraError
from clara_engine.text import counted, visible

__all__ = ["COMMANDS", "serve"]

# How often closed pages are freed. More often than Panel does by default: memory of waiting pages is never given back.
SWEEP_MS = 5000
# How long a page waits for its browser to connect. Bokeh's 15 s are too short for a busy machine: the browser would
# then be given another page than the one that it has drawn, and hear nothing of either.
UNCONNECTED_MS = 60_000
PREFIX = re.compile(r"/?([\w.%~-]+(/[\w.%~-]+)*/?)?", re.ASCII)
ORIGIN = re.compile(r"(\*|[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:(\d{1,5}|\*))?", re.IGNORECASE)


def serve(
    workspace: Folder = None,
    cluster: Cluster = None,
    port: Annotated[int, typer.Option(min=0, max=65535)] = 5006,
    address: Annotated[str, typer.Option(help="Only this machine by default.")] = "localhost",
    basic_auth: Annotated[
        str | None,
        typer.Option(help="JSON file of users, or - to be asked for a password; needed for a public address."),
    ] = None,
    most_sessions: Annotated[
        int, typer.Option(min=1, max=10_000, help="Pages that are shown at a time; each takes some megabytes.")
    ] = 100,
    show: Annotated[bool, typer.Option(help="Open a browser.")] = False,
    prefix: Annotated[str, typer.Option(help="Path below which a proxy passes the dashboard on.")] = "",
    allow_websocket_origin: Annotated[
        list[str] | None,
        typer.Option(help="HOST or HOST:PORT at which browsers find that proxy; may be given several times."),
    ] = None,
    allow_root: Annotated[
        list[Path] | None,
        typer.Option(help="Folder that the page may read besides the workspace and its roots; then it reads no other."),
    ] = None,
) -> None:
    """Serve the dashboard, the same as `panel serve app` with safe defaults."""
    if not _loopback(address) and not basic_auth:
        raise ClaraError(f"{address} can be reached by others: give --basic-auth, or leave --address out")
    if not PREFIX.fullmatch(prefix):
        raise ClaraError(f"the prefix {visible(prefix)} is no path: letters, digits and . _ ~ % - between slashes")
    for origin in allow_websocket_origin or ():
        if not ORIGIN.fullmatch(origin):
            raise ClaraError(f"{visible(origin)} is no HOST or HOST:PORT, such as clara.example.org:8443")
    for folder in allow_root or ():
        if not folder.is_dir():
            raise ClaraError(f"{visible(str(folder))} is no folder: --allow-root names one that is there")
    from clara_engine.store.recent import remember

    ws = opened(workspace)
    remember(ws.folder)
    page = page_folder()
    command = [sys.executable, "-m", "clara_app.serve", page, "--port", str(port), "--address", address]
    origins = [f"{host}:{port}" for host in (address, "localhost", "127.0.0.1")]
    for origin in dict.fromkeys((*origins, *(allow_websocket_origin or ()))):
        command += ["--allow-websocket-origin", origin]
    below = f"/{prefix.strip('/')}" if prefix.strip("/") else ""
    if below:
        command += ["--prefix", below]
    command += ["--check-unused-sessions", str(SWEEP_MS), "--unused-session-lifetime", str(UNCONNECTED_MS)]
    command += ["--most-sessions", str(most_sessions)]
    if show:
        command.append("--show")
    url = f"http://{address}:{port}{below}/app"
    say(f"{counted(len(ws.targets), 'target')} in {ws.folder}; the dashboard is at {url} (Ctrl+C ends it)")
    sys.stdout.flush()
    environment = {**os.environ, "CLARA_WORKSPACE": str(ws.folder)}
    if cluster:
        environment |= {"CLARA_CLUSTER": cluster}
    if allow_root or allow_websocket_origin or not _loopback(address):  # others come
        allowed = [str(folder.absolute()) for folder in allow_root or ()]
        environment |= {"CLARA_ALLOWED_ROOTS": os.pathsep.join(allowed)}
    if basic_auth:
        # Whoever has an account here can read the words of a command, but not its environment.
        environment |= {"PANEL_BASIC_AUTH": _login(basic_auth), "PANEL_COOKIE_SECRET": os.urandom(32).hex()}
    if os.name == "nt":  # there, a process that replaces itself gives the terminal back while the server goes on
        raise SystemExit(subprocess.call(command, env=environment))
    # The server replaces this process, so that a signal to this process reaches the server.
    os.execve(command[0], command, environment)


def _loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _login(given: str) -> str:
    """A file of users, or a password, which is asked for where `given` is a dash."""
    if given == "-":
        password = getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if not password:
            raise ClaraError("no password was given: type one, or name a file of users with --basic-auth")
        return password
    if not Path(given).is_file():
        say("others on this machine may have read the password in the list of processes: --basic-auth - asks for it")
    elif os.name != "nt" and Path(given).stat().st_mode & 0o077:
        say(f"others on this machine can read {given}: chmod 600 {given}")
    return given


def page_folder() -> str:
    """Where the page is installed; found without importing it, because the engine does not depend on it."""
    from importlib.util import find_spec

    found = find_spec("clara_app")
    package = Path(found.origin).parent if found is not None and found.origin else Path()
    for folder in (package / "app", package.parent):  # where it is installed, and in a checkout
        if (folder / "main.py").is_file():
            return str(folder)
    raise ClaraError("the dashboard is not installed: pip install the whole project")


COMMANDS = (serve,)
