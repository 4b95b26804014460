"""Errors of pydantic in plain words that a user can act on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from clara_engine.text import counted

__all__ = ["plain_words", "requirement"]

KINDS: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "tuple": "a list",
    "list": "a list",
    "dict": "a table",
    "mapping": "a table",
    "set": "a list",
    "frozen_set": "a list",
    "path": "a path",
    "url": "an address",
    "model": "a table",
    "model_attributes": "a table",
}
BOUNDS: Mapping[str, tuple[str, str]] = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}


def requirement(problem: Mapping[str, Any]) -> str:
    """What must be instead, or what is wrong, of one of ``ValidationError.errors()``; without name and value.

    Returns
    -------
    str
        ``"it must be a whole number"``, ``"it is missing"``.
    """
    kind, context = str(problem["type"]), problem.get("ctx", {})
    if kind == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return "nothing is called so here"
    if kind == "missing":
        return "it is missing"
    if kind in ("literal_error", "enum"):
        return f"it must be {context['expected']}"
    if kind in BOUNDS:
        word, key = BOUNDS[kind]
        return f"it must be {word} {context[key]}"
    if kind == "finite_number":
        return "it must be a finite number"
    if kind in ("int_from_float", "int_parsing_size"):
        return "it must be a whole number"
    if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        most = kind.endswith("long")
        count = context["max_length" if most else "min_length"]
        what = counted(count, "letter" if "string" in kind else "value")
        return f"it must have at {'most' if most else 'least'} {what}"
    if kind == "string_pattern_mismatch":
        return "it is not written as it must be"
    base = kind.removesuffix("_type").removesuffix("_parsing")
    if base in KINDS:
        return f"it must be {KINDS[base]}"
    return "it can't be used"


#: Beginnings of pydantic's sentences, and what stands for them.
SENTENCES = (
    (r"greater than or equal to (\S+)", r"at least \1"),
    (r"less than or equal to (\S+)", r"at most \1"),
    (r"greater than (\S+)", r"above \1"),
    (r"less than (\S+)", r"below \1"),
    (r"a valid integer.*", "a whole number"),
    (r"a finite number.*", "a finite number"),
    (r"a valid number.*", "a number"),
    (r"a valid boolean.*", "true or false"),
    (r"a valid string.*", "text"),
)


def plain_words(message: str) -> str:
    """A sentence of pydantic as `requirement` says it; any other stays as it is."""
    said = re.sub(r"^Input should be ", "it must be ", message)
    if said == message:
        return message
    for theirs, ours in SENTENCES:
        said, count = re.subn(theirs, ours, said)
        if count:
            break
    return said
