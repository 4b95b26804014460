"""The program that `clara serve` starts: Panel's server, with what a server needs that others reach."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

import panel as pn
from bokeh.command.subcommand import Argument
from panel.command.serve import Serve as PanelServe

from clara_app.headers import SafeHeaders
from clara_app.limits import MOST_SESSIONS, Admission, limit_pages
from clara_app.log_throttle import LogThrottle
from clara_app.messages import guard
from clara_app.sign_in import ByPassword, ByProvider, ByProxy, Callers, SignIn, keep_sign_in
from clara_app.sign_in.forms import COOKIE
from clara_app.sign_in.page_name import NAME_HEADER
from clara_engine.errors import ClaraError

__all__ = ["Serve", "main"]


class Serve(PanelServe):
    """The command `panel serve`, with `clara_app.headers`, `clara_app.limits` and `clara_app.sign_in`.

    Password, provider and their secrets come through Panel's environment variables, such as ``PANEL_BASIC_AUTH`` and
    ``PANEL_OAUTH_SECRET``: others on the machine can read the words of a command.
    """

    args = (
        *PanelServe.args,
        ("--most-sessions", Argument(type=int, default=MOST_SESSIONS, help="Pages at a time.")),
        ("--trust-header", Argument(help="Header in which a trusted proxy names who asks.")),
        ("--trusted-proxy", Argument(action="append", default=[], help="Address of a proxy, or a network.")),
        ("--allow-user", Argument(action="append", default=[], help="Name that may come in; all by default.")),
        ("--session-hours", Argument(type=float, default=12.0, help="How long one stays signed in.")),
    )

    def customize_kwargs(self, args: Namespace, server_kwargs: dict[str, Any]) -> dict[str, Any]:
        """What Bokeh's server is made with.

        Parameters
        ----------
        args : Namespace
            The options that were given.
        server_kwargs : dict
            What Bokeh has made of them.
        """
        guard()
        LogThrottle.begin()
        kwargs: dict[str, Any] = super().customize_kwargs(args, server_kwargs)
        limit_pages()
        kwargs |= {"transforms": [SafeHeaders], "admission": Admission(args.most_sessions)}
        if (sign_in := _sign_in(args)) is not None:
            keep_sign_in(sign_in)
            # Tokens are signed, since the name of a page's owner is in them.
            kwargs |= {"auth_provider": sign_in, "sign_sessions": True, "secret_key": os.urandom(32)}
            # Scripts of the page can read them: they hold no secret of the browser or of a proxy.
            kwargs |= {"exclude_cookies": [COOKIE], "include_headers": [NAME_HEADER]}
        return kwargs


def _sign_in(args: Namespace) -> SignIn | None:
    callers, hours, allowed = Callers(args.trusted_proxy), args.session_hours, args.allow_user or None
    if args.trust_header:
        return ByProxy(callers, hours, args.trust_header, allowed)
    if pn.config.oauth_provider:
        return ByProvider(callers, hours, pn.config.oauth_provider, allowed)
    if pn.config.basic_auth:
        return ByPassword(callers, hours, str(pn.config.basic_auth))
    return None


def main(arguments: Sequence[str]) -> None:
    """Serve until the process is told to end; options are those of `panel serve`."""
    parser = ArgumentParser(prog="clara_app.serve", description=Serve.help)
    command = Serve(parser)
    try:
        command.invoke(parser.parse_args(arguments))
    except ClaraError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main(sys.argv[1:])
