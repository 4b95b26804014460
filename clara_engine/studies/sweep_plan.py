"""The plan of a sweep: one run for every point of a grid."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
from pydantic import Field, StringConstraints

from clara_engine.errors import DesignError
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.setting import Setting
from clara_engine.store.runs import RunSpec
from clara_engine.studies.sweep_fields import field_title, shown_value
from clara_engine.synthetic import EVENTS, FIRST_URF4, PRESETS, SyntheticDesign, steering_design
from clara_engine.text import counted

__all__ = ["PLANS", "SweepPlan", "named_design", "set_path", "usual_settings"]

MOST_RUNS = 2000
#: Published designs, each with a forest of the same name.
NAMED = {**PRESETS, FIRST_URF4.name: FIRST_URF4}
SPAN = "design.background.span_days"
NOISE = "design.background.noise_ppm"
CADENCE = "design.background.cadence_minutes"
CURVES = "design.curves"


class SweepPlan(Setting):
    """A grid over the fields of a run.

    Attributes
    ----------
    name : str
        Letters, digits, dot, dash and underscore: it names files.
    base : RunSpec
        What every run shares.
    axes : dict of str to tuple
        Field to its values. A field of the design or forest has its path: ``"design.curves"``,
        ``"design.signals.0.depth"``, ``"forest.n_estimators"``; ``"design"`` itself takes names.
    more : tuple of dict
        Points outside the grid, each with a value for every axis.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,40}$")]
    base: RunSpec
    axes: dict[str, tuple[Any, ...]] = Field(default_factory=dict)
    more: tuple[dict[str, Any], ...] = ()

    def model_post_init(self, context: Any) -> None:
        """Refuse a grid that can't be run before anything starts."""
        for path, values in self.axes.items():
            if not values:
                raise DesignError(f"axis {path!r} has no values")
        for point in self.more:
            if set(point) != set(self.axes):
                raise DesignError(
                    f"more: a point has values for {', '.join(point) or 'nothing'}, not for the axes of the grid: "
                    f"{', '.join(self.axes) or 'none'}"
                )
        count = len(self.points())
        if count > MOST_RUNS:
            raise DesignError(
                f"sweep {self.name!r} has {counted(count, 'run')}; at most {MOST_RUNS}: take values off an axis"
            )
        self.specs()

    def points(self) -> list[dict[str, Any]]:
        """Axis to value, for every run."""
        grid = [dict(zip(self.axes, values, strict=True)) for values in itertools.product(*self.axes.values())]
        return grid + [{axis: point[axis] for axis in self.axes} for point in self.more]

    def specs(self) -> list[RunSpec]:
        """A spec for every point, in the same order."""
        shared = self.base.model_dump()
        return [self._spec(shared, point) for point in self.points()]

    def _spec(self, shared: Mapping[str, Any], point: Mapping[str, Any]) -> RunSpec:
        values: dict[str, Any] = dict(shared)
        for path in sorted(point, key=lambda path: path.count(".")):  # a whole design before its fields
            value = point[path]
            if path == "design" and isinstance(value, str):
                value = named_design(value).model_dump()
            values = set_path(values, path, value)
        words = [f"{field_title(path)} {shown_value(path, value)}" for path, value in point.items()]
        if isinstance(values.get("design"), dict):
            design = SyntheticDesign(**values["design"])
            published = design.published_label
            if published and set(point) <= {SPAN, NOISE, CADENCE, CURVES}:
                words = [published]
            values["design"] = design.changed(name=published or design.name)
        return RunSpec.checked(**values | {"name": f"{self.name}: {', '.join(words) or self.base.name}"[:80]})

    @classmethod
    def from_toml(cls, path: Path) -> SweepPlan:
        """Read a plan: ``name``, a table ``base`` with fields of a run, a table ``axes``.

        The design may be P3, P5, P9, URF4 or the name of an event, the forest the name of a preset.

        Raises
        ------
        DesignError
            One line that names what is wrong.
        """
        try:
            facts = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise DesignError(f"{path} can't be read: {reason}") from None
        given = facts.pop("base", {})
        if not isinstance(given, dict):
            raise DesignError(f"base = {given!r} can't be used: it must be a table, [base]")
        base: dict[str, Any] = {"name": "base", "design": "P9"} | given
        if isinstance(base["design"], str):
            design = named_design(base["design"])
            base = usual_settings(design) | base | {"design": design}
        base.setdefault("forest", "P9")
        if isinstance(base["forest"], str):
            if base["forest"] not in FORESTS:
                raise DesignError(f"there is no forest {base['forest']!r}; known: {', '.join(FORESTS)}")
            base["forest"] = FORESTS[base["forest"]]
        return cls(**{"name": path.stem} | facts | {"base": RunSpec.checked(**base)})


def named_design(name: str) -> SyntheticDesign:
    """The design called P3, P5, P9 or URF4, or the one that looks for an event."""
    if name in NAMED:
        return NAMED[name]
    if name in EVENTS:
        return steering_design(name)
    raise DesignError(
        f"no design {name!r}: choose one of {', '.join(NAMED)}, an event ({', '.join(EVENTS)}), or a .toml file"
    )


def usual_settings(design: SyntheticDesign) -> dict[str, Any]:
    """Features and forest that a design is used with where nothing else is asked for, as fields of a `RunSpec`."""
    if design.needs_observed:
        return {"feature_set": "steering", "forest": FORESTS["steering"]}
    published = design.name if design == NAMED.get(design.name) else "P9"
    return {"feature_set": "flux_power", "forest": FORESTS[published]}


def set_path(values: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of nested dicts and lists with another value at a dotted path; DesignError when there is no such place.

    Parameters
    ----------
    values : mapping of str to any
    path : str
        Keys and places of lists, with points between them.
    value : any

    Raises
    ------
    DesignError
        There is no such place.

    Examples
    --------
    >>> set_path({"forest": {"n_estimators": 100}}, "forest.n_estimators", 300)
    {'forest': {'n_estimators': 300}}
    """

    def changed(inside: Any, steps: list[str]) -> Any:
        if not steps:
            return value
        step, rest = steps[0], steps[1:]
        if isinstance(inside, Mapping):
            if step not in inside:
                raise DesignError(f"axis {path!r}: there is no {step!r}; there are: {', '.join(inside)}")
            return {**inside, step: changed(inside[step], rest)}
        if isinstance(inside, list | tuple):
            if not step.isdigit() or int(step) >= len(inside):
                raise DesignError(f"axis {path!r}: {step!r} is no number from 0 to {len(inside) - 1}")
            return [changed(one, rest) if place == int(step) else one for place, one in enumerate(inside)]
        raise DesignError(f"axis {path!r}: {step!r} is not inside anything")

    return dict(changed(values, path.split(".")))


P9 = RunSpec(name="P9", design=PRESETS["P9"], forest=FORESTS["P9"])
# Even steps over what the publication covers; they hold the values of P3, P5 and P9.
NOISES = tuple(float(ppm) for ppm in range(25, 801, 25))
SPANS = (0.73, *(float(days) for days in np.arange(1.25, 27, 0.75)), 27.0)
# The published values, from its notebook of part 2A.
PUBLISHED_NOISES = (*(float(ppm) for ppm in range(25, 301, 25)), 400.0, 600.0, 800.0)
PUBLISHED_SPANS = (
    *(0.73, 1.65, 3.0, 3.58, 5.1, 6.0, 7.0, 8.3, 10.0, 12.0, 13.0, 15.67, 17.0, 20.0, 21.0, 21.5, 22.0, 22.5, 23.0),
    *(23.25, 23.5, 23.75, 24.0, 24.25, 24.5, 24.75, 25.0, 25.25, 25.5, 26.0, 27.0),
)
FEW_CURVES_SPANS = (23.75, 24.5, 25.25)
BOTH_NOISES = (50.0, 225.0)


def _published(name: str, curves: int, spans: tuple[float, ...], noises: tuple[float, ...], **more: Any) -> SweepPlan:
    """A published grid at 2 min."""
    base = RunSpec(**set_path(P9.model_dump(), CADENCE, 2.0))
    return SweepPlan(name=name, base=base, axes={CURVES: (curves,), SPAN: spans, NOISE: noises}, **more)


#: The published grid of 36 designs; the three that followed, of noise, of length and of fewer curves, the last two of
#: them together, from which P3, P5 and P9 were chosen (Dasgupta 2025); and even steps of noise and of length.
PLANS: MappingProxyType[str, SweepPlan] = MappingProxyType(
    {
        plan.name: plan
        for plan in (
            SweepPlan(
                name="paper36",
                base=P9,
                axes={CURVES: (100, 200, 300), SPAN: (13.5, 27.0), CADENCE: (2.0, 10.0), NOISE: (50.0, 100.0, 200.0)},
            ),
            SweepPlan(name="noise", base=P9, axes={NOISE: NOISES}),
            SweepPlan(name="span", base=P9, axes={SPAN: SPANS}),
            _published("paper_noise", 300, (13.5,), PUBLISHED_NOISES),
            _published("paper_span", 300, PUBLISHED_SPANS, BOTH_NOISES),
            _published("paper_curves", 100, FEW_CURVES_SPANS, BOTH_NOISES),
            _published(
                "paper68",
                300,
                PUBLISHED_SPANS,
                BOTH_NOISES,
                more=tuple(
                    {CURVES: 100, SPAN: span, NOISE: noise} for span in FEW_CURVES_SPANS for noise in BOTH_NOISES
                ),
            ),
        )
    }
)
