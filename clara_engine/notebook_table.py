"""What a notebook shows of an object: a title and a small table, escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from clara_engine.text import visible

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["notebook_table"]

TABLE = (
    "<table><caption>{{ title }}</caption>"
    "{% for name, fact in facts %}<tr><th>{{ name }}</th><td>{{ fact }}</td></tr>{% endfor %}</table>"
)


def notebook_table(title: str, facts: Mapping[str, object]) -> str:
    """HTML of a title and a row for each fact; what is None or empty is left out.

    Parameters
    ----------
    title : str
    facts : mapping of str to object

    Examples
    --------
    >>> notebook_table("a < b", {"stars": 3, "note": None})
    '<table><caption>a &lt; b</caption><tr><th>stars</th><td>3</td></tr></table>'
    """
    shown = [(visible(name), visible(str(fact))) for name, fact in facts.items() if fact not in (None, "")]
    return _template().render(title=visible(title), facts=shown)


@cache
def _template() -> Template:
    from jinja2 import Environment  # only notebooks need it, and commands start at once

    return Environment(autoescape=True).from_string(TABLE)
