"""What pydantic finds wrong with a value, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["wanted"]

KINDS: Mapping[str, str] = {
    "int": "a whole number", "float": "a number", "bool": "true or false", "string": "text", "tuple": "a list",
    "list": "a list", "dict": "a table", "mapping": "a table", "set": "a list", "frozen_set": "a list", "path": "a path",
    "url": "an address", "model": "a table", "model_attributes": "a table",
}  # fmt: skip
BOUNDS: Mapping[str, tuple[str, str]] = {
    "greater_than": ("above", "gt"), "greater_than_equal": ("at least", "ge"), "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}  # fmt: skip


def wanted(problem: Mapping[str, Any]) -> str:
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
        return f"it must have at {'most' if most else 'least'} {count} {'letters' if 'string' in kind else 'values'}"
    if kind == "string_pattern_mismatch":
        return "it is not written as it must be"
    base = kind.removesuffix("_type").removesuffix("_parsing")
    if base in KINDS:
        return f"it must be {KINDS[base]}"
    return "it can't be used"
