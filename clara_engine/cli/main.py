"""Entry point: collects the commands, and turns errors into one line and an exit code."""

import sys
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperCommand

from clara_engine.cli import (
    book,
    bundle,
    claims,
    classify,
    cluster,
    data,
    export,
    fetch,
    follow,
    forest,
    maps,
    pack,
    peers,
    population,
    query,
    results,
    roots,
    runs,
    safety,
    serve,
    star,
    steer,
    sweep,
    synth,
    transfer,
    validate,
    vet,
    what,
)
from clara_engine.cli.options import one_a_word, refuse_empty, refuse_impossible
from clara_engine.cli.output import complain
from clara_engine.errors import ClaraError, one_line
from clara_engine.validation_messages import plain_words
from clara_engine.workers import end_processes

__all__ = ["app", "main"]

#: Exit code after Ctrl-C, as shells have it.
STOPPED = 130


class _AsWritten(TyperCommand):
    """A command whose help is printed as it is written: rich would take ``[days]`` for markup and drop it."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.help = self.help and escape(self.help)
        for parameter in self.params:
            if text := getattr(parameter, "help", None):
                parameter.help = escape(text)  # type: ignore[attr-defined]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what is typed."""
        refuse_empty(args, arguments=self.name != "query")
        takes_columns = any(parameter.name == "columns" for parameter in self.params)
        return super().parse_args(ctx, one_a_word(args) if takes_columns else args)

    def make_context(self, *words: Any, **named: Any) -> Any:
        """What typer says of a value is pydantic's; it is said in our words."""
        try:
            context = super().make_context(*words, **named)
            refuse_impossible(context)
            return context
        except typer.BadParameter as error:
            error.message = plain_words(error.message)
            raise


app = typer.Typer(
    name="clara",
    help="Find what is strange in a sector of TESS light curves, and steer what the search looks for.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
MODULES = (
    data,
    fetch,
    runs,
    export,
    book,
    bundle,
    claims,
    classify,
    forest,
    query,
    pack,
    maps,
    cluster,
    population,
    star,
    what,
    vet,
    follow,
    steer,
    results,
    peers,
    sweep,
    synth,
    transfer,
    validate,
    safety,
    serve,
)
for module in MODULES:
    for command in module.COMMANDS:
        app.command(cls=_AsWritten)(command)
app.add_typer(roots.GROUP)


def main() -> None:
    """Run the command line. Exit code 0, 1 (it failed: one line says why), 2 (wrong usage) or 130 (Ctrl-C)."""
    try:
        app()
    except ClaraError as error:
        complain(str(error))
        sys.exit(1)
    except SystemExit as end:
        if end.code == STOPPED:  # Typer turns Ctrl-C within a command into this
            complain("stopped; what was finished has been kept")
            end_processes()
        raise
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:  # outside of a workspace, such as a folder for a table that can\'t be written
        complain(one_line(error))
        sys.exit(1)
