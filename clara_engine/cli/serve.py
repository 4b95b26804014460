"""The command that opens the dashboard."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import Cluster, Folder, opened
from clara_engine.cli.output import say
from clara_engine.cli.signing_in import SigningIn, is_loopback
from clara_engine.errors import ClaraError
from clara_engine.text import counted, visible

__all__ = ["COMMANDS", "serve"]

# How often closed pages are freed. More often than Panel does by default: memory of waiting pages is never given back.
SWEEP_MS = 5000
# How long a page waits for its browser to connect. Bokeh's 15 s are too short for a busy machine: the browser would
# then be given another page than the one that it has drawn, and hear nothing of either.
UNCONNECTED_MS = 60_000
# What one message of a browser may hold [bytes]: a part of a file that is uploaded has 4 million.
LARGEST_MESSAGE = 6_000_000
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
    oauth_provider: Annotated[
        str | None,
        typer.Option(
            envvar="PANEL_OAUTH_PROVIDER", help="Sign in there: generic, github, gitlab, google, azure, okta, auth0 …"
        ),
    ] = None,
    oauth_file: Annotated[
        Path | None, typer.Option(help="JSON file with key and secret, else PANEL_OAUTH_KEY and PANEL_OAUTH_SECRET.")
    ] = None,
    trust_header: Annotated[
        str | None, typer.Option(help="Header in which a trusted proxy names who asks, such as X-Remote-User.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(help="Address or network of a proxy that is believed; may be given several times."),
    ] = None,
    allow_user: Annotated[
        list[str] | None,
        typer.Option(help="Name, @example.org or * that may come in from there; may be given several times."),
    ] = None,
    session_hours: Annotated[
        float, typer.Option(min=0.01, max=8760, help="How long one stays signed in [hours].")
    ] = 12.0,
    open_to_all: Annotated[
        bool, typer.Option("--open", help="Let in whoever reaches the address, under the name that they type.")
    ] = False,
    most_sessions: Annotated[
        int, typer.Option(min=1, max=10_000, help="Pages that are shown at a time; each takes some megabytes.")
    ] = 100,
    show: Annotated[bool, typer.Option(help="Open a browser.")] = False,
    prefix: Annotated[str, typer.Option(help="Path below which a proxy passes the dashboard on.")] = "",
    allow_websocket_origin: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-websocket-origin",
            "--origin",
            help="HOST or HOST:PORT in the address of browsers, where it is another; may be given several times.",
        ),
    ] = None,
    ssl_certfile: Annotated[Path | None, typer.Option(help="Certificate, to serve by TLS without a proxy.")] = None,
    ssl_keyfile: Annotated[Path | None, typer.Option(help="Its private key.")] = None,
    allow_root: Annotated[
        list[Path] | None,
        typer.Option(help="Folder that the page may read besides the workspace and its roots; then it reads no other."),
    ] = None,
) -> None:
    """Serve the dashboard, the same as `panel serve app` with safe defaults."""
    signing_in = SigningIn(
        basic_auth,
        oauth_provider,
        oauth_file,
        trust_header,
        tuple(trusted_proxy or ()),
        tuple(allow_user or ()),
        session_hours,
    )
    if open_to_all and signing_in.asked:
        raise ClaraError("either people sign in, or the server is --open")
    if not (is_loopback(address) or signing_in.asked or open_to_all):
        raise ClaraError(
            f"{address} can be reached by others: give --basic-auth or another way to sign in, leave --address out, "
            "or let everybody in with --open"
        )
    if not PREFIX.fullmatch(prefix):
        raise ClaraError(f"the prefix {visible(prefix)} is no path: letters, digits and . _ ~ % - between slashes")
    for origin in allow_websocket_origin or ():
        if not ORIGIN.fullmatch(origin):
            raise ClaraError(f"{visible(origin)} is no HOST or HOST:PORT, such as clara.example.org:8443")
    for folder in allow_root or ():
        if not folder.is_dir():
            raise ClaraError(f"{visible(str(folder))} is no folder: --allow-root names one that is there")
    _check_tls(ssl_certfile, ssl_keyfile)
    if cluster:
        from clara_engine.dask_cluster import check_address

        check_address(cluster)
    from clara_engine.store.recent import remember

    door, secrets = signing_in.words(), signing_in.environment()
    ws = opened(workspace)
    roots = [str(ws.folder), *map(str, ws.roots.places().folders.values()), *map(str, allow_root or ())]
    signing_in.keep_out_of(roots, ssl_keyfile)
    remember(ws.folder)
    page = page_folder()
    command = [sys.executable, "-m", "clara_app.serve", page, "--port", str(port), "--address", address]
    origins = [f"{host}:{port}" for host in (address, "localhost", "127.0.0.1")]
    for origin in dict.fromkeys((*origins, *(allow_websocket_origin or ()))):
        command += ["--allow-websocket-origin", origin]
    others_come = bool(allow_websocket_origin) or not is_loopback(address)
    below = f"/{prefix.strip('/')}" if prefix.strip("/") else ""
    if below:
        command += ["--prefix", below]
    command += ["--websocket-max-message-size", str(LARGEST_MESSAGE)]
    command += ["--check-unused-sessions", str(SWEEP_MS), "--unused-session-lifetime", str(UNCONNECTED_MS)]
    command += ["--most-sessions", str(most_sessions), *door]
    for option, file in (("--ssl-certfile", ssl_certfile), ("--ssl-keyfile", ssl_keyfile)):
        command += [option, str(file)] if file else []
    if show:
        command.append("--show")
    url = f"{'https' if ssl_certfile else 'http'}://{address}:{port}{below}/app"
    say(f"{counted(len(ws.targets), 'target')} in {ws.folder}; the dashboard is at {url} (Ctrl+C ends it)")
    if others_come and not signing_in.asked:
        say("nobody is asked who they are: whoever reaches this server writes under any name, unless a proxy asks")
    sys.stdout.flush()
    environment = {**os.environ, "CLARA_WORKSPACE": str(ws.folder), **secrets}
    if cluster:
        environment |= {"CLARA_CLUSTER": cluster}
    if allow_root or others_come or signing_in.asked:
        allowed = [str(folder.absolute()) for folder in allow_root or ()]
        environment |= {"CLARA_ALLOWED_ROOTS": os.pathsep.join(allowed)}
    if os.name == "nt":  # there, a process that replaces itself gives the terminal back while the server goes on
        raise SystemExit(subprocess.call(command, env=environment))
    # The server replaces this process, so that a signal to this process reaches the server.
    os.execve(command[0], command, environment)


def _check_tls(certificate: Path | None, key: Path | None) -> None:
    """Refuse files that no server can use: it would end after the page's address has been told."""
    if key and not certificate:
        raise ClaraError("--ssl-keyfile is for --ssl-certfile: name the certificate")
    if certificate:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
        except (OSError, ValueError) as error:  # errors of TLS are among the first
            files = " and ".join(visible(str(file)) for file in (certificate, key) if file)
            raise ClaraError(f"{files} can't be used for TLS: {visible(str(error))}") from None


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
