"""The program that `clara serve` starts: Panel's server, with what a server needs that others reach."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from bokeh.command.subcommand import Argument
from panel.command.serve import Serve as PanelServe

from clara_app.headers import SafeHeaders
from clara_app.limits import MOST_SESSIONS, Admission, limit_pages

__all__ = ["Serve", "main"]


class Serve(PanelServe):
    """The command `panel serve`, whose answers have `clara_app.headers`, and whose pages `clara_app.limits`."""

    args = (*PanelServe.args, ("--most-sessions", Argument(type=int, default=MOST_SESSIONS, help="Pages at a time.")))

    def customize_kwargs(self, args: Namespace, server_kwargs: dict[str, Any]) -> dict[str, Any]:
        """What Bokeh's server is made with.

        Parameters
        ----------
        args : Namespace
            The options that were given.
        server_kwargs : dict
            What Bokeh has made of them.
        """
        kwargs: dict[str, Any] = super().customize_kwargs(args, server_kwargs)
        limit_pages()
        return kwargs | {"transforms": [SafeHeaders], "admission": Admission(args.most_sessions)}


def main(arguments: Sequence[str]) -> None:
    """Serve until the process is told to end; options are those of `panel serve`."""
    parser = ArgumentParser(prog="clara_app.serve", description=Serve.help)
    command = Serve(parser)
    command.invoke(parser.parse_args(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
