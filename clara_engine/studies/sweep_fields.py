"""The numbers of a run that a sweep may vary: their names, their units, and how people type them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from clara_engine.errors import DesignError
from clara_engine.store.runs import RunSpec

__all__ = ["RISING", "SweepField", "field_title", "shown_value", "sweep_fields", "typed_values"]

#: Endings of names, and the units that they mean.
UNITS = {"_days": "d", "_minutes": "min", "_hours": "h", "_ppm": "ppm"}
#: Names that say too little.
TITLES = {
    "n_estimators": "trees",
    "per_day": "rate (per day)",
    "energy_erg": "energy (erg)",
    "flare_teff": "flare temperature (K)",
    "depth": "depth (%)",
    "tmag": "TESS magnitude",
}
#: Kinds of signals whose change is upwards: they have a height, and no depth.
RISING = frozenset({"flares", "complex_flares", "microlensing"})
#: Weights of classes and of signals are no numbers to search in.
NOT_VARIED = frozenset({"class_weight", "weight"})
#: What is shown over the stored value, where that is a share of the flux.
PERCENT = 100.0
#: Of a run itself; the other fields are those of its design and its forest.
OF_RUN = ("training_size", "background_stars", "seed")
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
INTERVAL = re.compile(rf"({NUMBER})\s*(?:–|-|to)\s*({NUMBER})")
DIGITS = 12


class SweepField(NamedTuple):
    """A field that a sweep may vary.

    Attributes
    ----------
    path : str
        As in `clara_engine.studies.sweep_plan.SweepPlan.axes`.
    title : str
        With the unit in which it is shown and typed.
    value : any
        That of the run, as it is stored: a number, a pair of them, or None where the field is empty.
    """

    path: str
    title: str
    value: Any


def field_title(path: str) -> str:
    """A field as people call it, with its unit: ``noise (ppm)``.

    Parameters
    ----------
    path : str
        As in `clara_engine.studies.sweep_plan.SweepPlan.axes`.
    """
    name = path.split(".")[-1]
    if name in TITLES:
        return TITLES[name]
    ending = next((ending for ending in UNITS if name.endswith(ending)), "")
    unit = f" ({UNITS[ending]})" if ending else ""
    return name.removesuffix(ending).replace("_", " ") + unit


def shown_value(path: str, value: Any) -> str:
    """A value in the unit of `field_title`, without the unit: ``0.05–2``.

    Parameters
    ----------
    path : str
    value : any
        As it is stored; an interval is a pair, or JSON, as tables keep it.
    """
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    if isinstance(value, list | tuple):
        return "–".join(shown_value(path, one) for one in value)
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return str(value)
    return f"{float(value) * _factor(path):.6g}"


def sweep_fields(spec: RunSpec) -> list[SweepField]:
    """What may be varied of a run: each number of its design, of its forest and of how it is trained.

    Parameters
    ----------
    spec : RunSpec
    """
    facts = spec.model_dump()
    design = facts["design"] or {}
    found = [SweepField(f"design.{path}", _title(f"design.{path}", design), value) for path, value in _numbers(design)]
    found += [SweepField(f"forest.{path}", field_title(path), value) for path, value in _numbers(facts["forest"])]
    own = {f"design.{name}" for name in OF_RUN}
    return [
        field._replace(title=f"{field.title} of the design") if field.path in own else field
        for field in [*found, *(SweepField(name, field_title(name), facts[name]) for name in OF_RUN)]
    ]


def typed_values(field: SweepField, text: str) -> tuple[Any, ...]:
    """The values that a person typed, with commas between them; intervals as ``0.1–2`` or ``0.1 to 2``.

    Parameters
    ----------
    field : SweepField
        In its unit they are typed.
    text : str

    Raises
    ------
    DesignError
        One line on what is no number.
    """
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if not parts:
        raise DesignError(f"{field.title} has no values: give some with commas between them")
    values = tuple(_typed(field, part) for part in parts)
    if len(set(values)) < len(values):
        raise DesignError(f"{field.title} has a value twice")
    return values


def _typed(field: SweepField, part: str) -> Any:
    factor = _factor(field.path)
    if interval := INTERVAL.fullmatch(part):
        low, high = (round(float(end) / factor, DIGITS) for end in interval.groups())
        return (low, high)
    if not re.fullmatch(NUMBER, part):
        raise DesignError(f"{field.title}: {part!r} is no number")
    if isinstance(field.value, tuple):
        raise DesignError(f"{field.title}: {part} is one number: it takes from–to, e.g. {part}–{part}")
    if re.fullmatch(r"[+-]?\d+", part) and factor == 1:
        return float(part) if isinstance(field.value, float) else int(part)
    return round(float(part) / factor, DIGITS)


def _factor(path: str) -> float:
    return PERCENT if path.split(".")[-1] == "depth" else 1.0


def _title(path: str, design: Mapping[str, Any]) -> str:
    """The title of a field of a design; of several signals with the kind of the one that is meant."""
    steps = path.split(".")
    if "signals" not in steps:
        return field_title(path)
    signals = design["signals"]
    kind = signals[int(steps[steps.index("signals") + 1])]["kind"]
    title = field_title(path)
    if kind in RISING:
        title = title.replace("depth", "height")
    return f"{kind.replace('_', ' ')}: {title}" if len(signals) > 1 else title


def _numbers(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of each number, pair of numbers and empty field, at any depth."""
    for name, value in facts.items():
        path = f"{before}{name}"
        if name in NOT_VARIED:
            continue
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{path}.")
        elif isinstance(value, tuple | list) and value and isinstance(value[0], Mapping):
            for place, one in enumerate(value):
                yield from _numbers(one, f"{path}.{place}.")
        elif value is None or _is_number(value):
            yield path, value
        elif isinstance(value, tuple | list) and len(value) == 2 and all(map(_is_number, value)):
            yield path, tuple(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
