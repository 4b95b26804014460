"""Settings with an allowed range, refused with one line that names field, value and range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, get_args

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    model_serializer,
)
from pydantic_core import CoreSchema, core_schema

from clara_engine.errors import DesignError
from clara_engine.validation_messages import requirement

__all__ = ["Interval", "Random", "Range", "Setting", "Weight", "allowed"]

Interval = tuple[float, float]
Random = np.random.Generator | np.random.RandomState


@dataclass(frozen=True, slots=True)
class Range:
    """Allowed values of a setting, both ends included; for an interval, of both its ends.

    It is also what a slider needs: ``allowed(WhiteNoise, "noise_ppm")``.
    """

    low: float
    high: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{_plain(self.low)} to {_plain(self.high)} {self.unit}".rstrip()

    def check(self, value: Any, info: ValidationInfo) -> Any:
        """Pass `value` through, or raise `DesignError`.

        Parameters
        ----------
        value : any
            A number, or a tuple of them, smallest first.
        info : ValidationInfo
            Names the field.

        Raises
        ------
        DesignError
            Out of range, or a tuple that runs backwards.
        """
        values = value if isinstance(value, tuple) else (value,)
        if not all(self.low <= v <= self.high for v in values):
            raise DesignError(f"{info.field_name} = {_shown(value)} is out of range: {self}")
        if list(values) != sorted(values):
            raise DesignError(f"{info.field_name} = {_shown(value)} runs backwards: the smaller end comes first")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self.check, handler(source))


class Setting(BaseModel):
    """Base of everything in a design: immutable, no unknown fields, `DesignError` instead of pydantic's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    #: Settings that are left out where they are None: designs that were made before they came keep their digest.
    silent_when_none: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            known = type(self).model_fields
            lines = dict.fromkeys(_line(problem, known) for problem in error.errors())
            raise DesignError("; ".join(lines)) from None

    @model_serializer(mode="wrap")
    def _without_silent(self, dumped: SerializerFunctionWrapHandler) -> dict[str, Any]:
        silent = self.silent_when_none
        return {name: value for name, value in dumped(self).items() if value is not None or name not in silent}


def allowed(setting: type[BaseModel], field: str) -> Range:
    """The allowed range of one field of a kind of setting.

    Parameters
    ----------
    setting : type[BaseModel]
        A class of settings.
    field : str
        Its name; it must have a `Range`.
    """
    known = setting.model_fields[field]
    facts = [*known.metadata, *(fact for kind in get_args(known.annotation) for fact in get_args(kind))]
    return next(fact for fact in facts if isinstance(fact, Range))


def _line(problem: Any, known: Iterable[str]) -> str:
    cause = problem.get("ctx", {}).get("error")
    if isinstance(cause, DesignError):
        return str(cause)
    name = ".".join(str(part) for part in problem["loc"]) or "design"
    match problem["type"]:
        case "extra_forbidden":
            there = (
                f"; there are {', '.join(key for key in known if key != 'kind')}" if len(problem["loc"]) == 1 else ""
            )
            return f"{name} is not a setting here{there}"
        case "missing":
            return f"{name} is missing"
        case "union_tag_invalid" | "union_tag_not_found":
            context = problem["ctx"]
            if "expected_tags" not in context:
                return f"{name} needs a kind"
            return f"{name}: there is no kind {context['tag']!r}; known: {context['expected_tags']}"
        case _:
            return f"{name} = {_shown(problem['input'])} can't be used: {requirement(problem)}"


def _plain(number: float) -> str:
    return f"{number:,.10g}".replace(",", " ")


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "(" + ", ".join(_shown(v) for v in value) + ")"
    text = _plain(value) if isinstance(value, int | float) and not isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


Weight = Annotated[float, Range(1e-6, 1e6)]
