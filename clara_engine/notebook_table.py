"""What a notebook shows of an object: a title and a small table, escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from clara_engine.text import visible

__all__ = ["notebook_table"]


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
    rows = "".join(
        f"<tr><th>{escape(visible(name))}</th><td>{escape(visible(str(fact)))}</td></tr>"
        for name, fact in facts.items()
        if fact not in (None, "")
    )
    return f"<table><caption>{escape(visible(title))}</caption>{rows}</table>"
