"""Writes the page of every command and option of ``clara``, from the commands themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

from sphinx.application import Sphinx
from typer.main import get_command

from clara_engine.cli.main import app

__all__ = ["command_line", "setup"]

HEAD = """
Command line
============

``clara --help`` lists the commands, ``clara COMMAND --help`` says what one does. Everything is kept in one folder, the
workspace: ``--workspace``, or the environment variable ``CLARA_WORKSPACE``. ``--json`` prints a result for a program.
Exit codes: 0, 1 (it failed; one line says why), 2 (wrong usage), 130 (Ctrl-C).
"""


def setup(sphinx: Sphinx) -> dict[str, bool]:
    """Have the page written before Sphinx looks for pages."""
    sphinx.connect("builder-inited", _write)
    return {"parallel_read_safe": True}


def command_line() -> str:
    """The page, in reStructuredText."""
    return "\n".join([HEAD, *(part for name, command in _commands(get_command(app)) for part in _told(name, command))])


def _write(sphinx: Sphinx) -> None:
    place, text = Path(sphinx.srcdir, "command_line.rst"), command_line()
    if not place.exists() or place.read_text() != text:  # what is the same is not read again
        place.write_text(text)


def _commands(group: Any, above: str = "clara") -> Iterator[tuple[str, Any]]:
    for word, command in group.commands.items():
        yield f"{above} {word}", command
        if hasattr(command, "commands"):
            yield from _commands(command, f"{above} {word}")


def _told(name: str, command: Any) -> Iterator[str]:
    context = command.context_class(command, info_name=name)
    yield f"{name}\n{'-' * len(name)}\n"
    yield f".. program:: {name}\n"
    yield f".. code-block:: text\n\n   {command.get_usage(context).removeprefix('Usage: ')}\n"
    yield _text(inspect.getdoc(command.callback) or command.help or "") + "\n"
    for parameter in command.params:
        if record := parameter.get_help_record(context):
            form, words = record
            if parameter.param_type_name == "option":
                yield f".. option:: {form}\n\n{indent(_text(words), '   ')}\n"
            else:
                yield f"``{form}``\n{indent(_text(words) or '—', '   ')}\n"


def _text(words: str) -> str:
    """What a terminal shows, as reStructuredText; words between grave accents are typed."""
    parts = re.split(r"`([^`]+)`", words.replace(r"\[", "["))
    plain = (re.sub(r"([\\*|_<>])", r"\\\1", part) for part in parts[::2])
    typed = (f"``{part}``" for part in parts[1::2])
    return "".join(part for pair in zip(plain, [*typed, ""], strict=True) for part in pair)
