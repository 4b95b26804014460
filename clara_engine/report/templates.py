"""Templates of reports. All text of users, files and archives is escaped."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

__all__ = ["rendered"]


def rendered(template: str, **values: Any) -> str:
    """A filled template.

    Parameters
    ----------
    template : str
        Name of a file beside this module.
    **values
        What it asks for by name.

    Returns
    -------
    str
        With every value escaped.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = _moment
    return made


def _moment(unix_s: float) -> str:
    """Local date and time of the day."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix_s))
