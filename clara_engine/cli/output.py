"""What commands print and save: tables for people, JSON for programs, progress on a terminal."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from clara_engine.account import local_user
from clara_engine.progress import Report
from clara_engine.text import visible

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["complain", "progress", "save_csv", "say", "show_json", "show_line", "show_table"]

PLAIN_SECONDS = 5.0


def say(text: str) -> None:
    """Print one line of progress for a person, to standard error, so that results can be piped."""
    print(visible(text), file=sys.stderr, flush=True)


def complain(text: str) -> None:
    """Print one line about an error, to standard error."""
    say(f"clara: {text}")


def show_line(text: str) -> None:
    """Print a result for a person, in one line."""
    print(visible(text))


def show_json(value: Any) -> None:
    """Print a result for a program; numbers that JSON does not know (NaN, infinity) become null."""
    print(json.dumps(_known_to_json(value), default=_plain, indent=1, allow_nan=False))


def show_table(table: pd.DataFrame | Sequence[Mapping[str, Any]], title: str = "") -> None:
    """Print a result for a person; numbers to the right."""
    rows = table if isinstance(table, Sequence) else table.to_dict("records")
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    drawn = Table(title=_text(title) if title else None, title_justify="left", box=None, pad_edge=False)
    for name, value in (rows[0] if rows else {}).items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        drawn.add_column(_text(str(name)), justify="right" if number else "left", no_wrap=True)
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row.values()))
    console.print(drawn)


def save_csv(table: pd.DataFrame, file: Path | None) -> None:
    """Write a result as CSV where a file was named.

    Parameters
    ----------
    table : DataFrame
    file : Path or None
        Of any ending.
    """
    if file is not None:
        from clara_engine.report.export import write_table

        write_table(table, file, ".csv")


@contextmanager
def progress() -> Iterator[Report]:
    """Progress bars on a terminal, a plain line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _PlainReport()
        return
    columns = (
        TextColumn("{task.description:22}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _BarReport(bars)


class _OfPerson(Report):
    @property
    def author(self) -> str:
        return local_user()


class _PlainReport(_OfPerson):
    def __init__(self) -> None:
        self._name = "working"
        self._last = time.monotonic()

    def stage(self, name: str, step: tuple[int, int] | None = None) -> None:
        self._name, self._last = name, time.monotonic()
        say(f"{name} …")

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._last >= PLAIN_SECONDS:
            self._last = time.monotonic()
            say(f"{self._name}: {done} of {total}")


class _BarReport(_OfPerson):
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task = bars.add_task("starting", total=None)

    def stage(self, name: str, step: tuple[int, int] | None = None) -> None:
        task = self._bars.tasks[-1]
        self._bars.update(self._task, total=task.total or 1, completed=task.total or 1)
        self._task = self._bars.add_task(visible(name), total=None)

    def __call__(self, done: int, total: int) -> None:
        self._bars.update(self._task, completed=done, total=total)


def _cell(value: Any) -> Text:
    if isinstance(value, float):
        return Text("–" if math.isnan(value) else f"{value:.4g}")
    return _text(str(value))


def _text(text: str) -> Text:
    """Text as it is: nothing in it is markup."""
    return Text(visible(text))


def _known_to_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _known_to_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_known_to_json(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    """JSON for what `json` does not know: numbers of numpy, tables of pandas."""
    if hasattr(value, "to_json"):
        return json.loads(value.to_json(orient="records"))
    return _known_to_json(value.item()) if hasattr(value, "item") else str(value)
