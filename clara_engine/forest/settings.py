"""Settings of a forest, validated; and the published ones."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np
import tomli_w
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from clara_engine.errors import DesignError

__all__ = ["PRESETS", "ForestSettings"]

Positive = Annotated[int, Field(ge=1)]


def _not_whole(value: Any) -> Any:
    """Keep 1 row and a fraction of 1.0 apart."""
    if not isinstance(value, float):
        raise ValueError("a fraction has a decimal point")
    return value


def _class_numbers(value: Any) -> Any:
    """Class names as JSON writes them become numbers again."""
    return {int(k) if k in ("0", "1") else k: w for k, w in value.items()} if isinstance(value, dict) else value


Fraction = Annotated[float, BeforeValidator(_not_whole), Field(gt=0, le=1)]
Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ForestSettings(BaseModel):
    """Settings of a random forest, with scikit-learn's names and meanings.

    `oob_score` asks for out-of-bag scores of the training rows. `contrast_to_real` is what the whole contrast class
    weighs, the real class being 1: scores then do not hang on how many light curves there are of each. Every field's
    allowed range is its description.

    Raises
    ------
    DesignError
        When a value is out of its range; the message names field, value and range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_estimators: Annotated[int, Field(ge=1, le=10_000, description="whole numbers of trees from 1 to 10000")] = 100
    max_features: Annotated[
        Literal["sqrt", "log2"] | Positive | Fraction | None,
        Field(description="'sqrt', 'log2', a whole number from 1, a fraction up to 1.0, or None for all features"),
    ] = "sqrt"
    max_depth: Annotated[Positive | None, Field(description="whole numbers from 1, or None for no limit")] = None
    min_samples_split: Annotated[
        Annotated[int, Field(ge=2)] | Fraction,
        Field(description="whole numbers from 2, or a fraction of the rows up to 1.0"),
    ] = 2
    min_samples_leaf: Annotated[
        Positive | Annotated[Fraction, Field(lt=1)],
        Field(description="whole numbers from 1, or a fraction of the rows below 1.0"),
    ] = 1
    bootstrap: Annotated[bool, Field(description="True or False")] = True
    class_weight: Annotated[
        Literal["balanced", "balanced_subsample"] | dict[Literal[0, 1], Weight] | None,
        BeforeValidator(_class_numbers),
        Field(description="None, 'balanced', 'balanced_subsample', or positive weights {0: contrast, 1: real}"),
    ] = None
    contrast_to_real: Annotated[
        Annotated[float, Field(ge=1e-3, le=1e3)] | None,
        Field(description="0.001 to 1000, or None to count rows; without class_weight"),
    ] = None
    oob_score: Annotated[bool, Field(description="True or False")] = True

    def __init__(self, **values: Any) -> None:
        plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}
        try:
            super().__init__(**plain)
        except ValidationError as error:
            raise DesignError(_message(error)) from None
        if self.class_weight is not None and self.contrast_to_real is not None:
            raise DesignError("class_weight and contrast_to_real say the same: give one of them")

    def to_toml(self) -> str:
        """The settings as TOML text, which `from_toml` reads back."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))

    @classmethod
    def from_toml(cls, path: Path) -> ForestSettings:
        """Read settings from a file; raises `DesignError` with one line when it can't be."""
        try:
            return cls(**tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise DesignError(f"{path} can't be read: {reason}") from None

    def features_per_node(self, n_features: int) -> int:
        """How many features a node looks at."""
        wanted = self.max_features
        if wanted is None:
            return n_features
        if isinstance(wanted, str):
            wanted = int(math.sqrt(n_features) if wanted == "sqrt" else math.log2(n_features))
        elif isinstance(wanted, float):
            wanted = int(wanted * n_features)
        return min(max(1, wanted), n_features)

    def rows_to_split(self, n_rows: int) -> int:
        """The smallest node that may be split."""
        wanted = self.min_samples_split
        return max(2, math.ceil(wanted * n_rows)) if isinstance(wanted, float) else wanted

    def rows_in_leaf(self, n_rows: int) -> int:
        """The smallest allowed leaf."""
        wanted = self.min_samples_leaf
        return math.ceil(wanted * n_rows) if isinstance(wanted, float) else wanted


def _message(error: ValidationError) -> str:
    problem = error.errors()[0]
    name = str(problem["loc"][0]) if problem["loc"] else "forest settings"
    known = ForestSettings.model_fields
    if name not in known:
        return f"no forest setting is called {name}; there are {', '.join(known)}"
    value = problem["input"]
    return f"{name} = {value!r} is out of range; allowed: {known[name].description}"


PRESETS: MappingProxyType[str, ForestSettings] = MappingProxyType(
    {
        "P3": ForestSettings(n_estimators=83, max_features="log2", min_samples_split=4, bootstrap=False),
        "P5": ForestSettings(n_estimators=166, max_features="sqrt", bootstrap=True),
        "P9": ForestSettings(n_estimators=166, max_features="sqrt", bootstrap=True),
        "URF1": ForestSettings(
            n_estimators=50, max_features="log2", max_depth=500, min_samples_split=10, bootstrap=True
        ),
        "URF2": ForestSettings(
            n_estimators=100,
            max_features="sqrt",
            max_depth=700,
            min_samples_split=4,
            min_samples_leaf=2,
            bootstrap=False,
        ),
        "URF3": ForestSettings(
            n_estimators=100,
            max_features="log2",
            max_depth=700,
            min_samples_split=10,
            min_samples_leaf=2,
            bootstrap=True,
        ),
        "URF4": ForestSettings(
            n_estimators=100, max_features="log2", max_depth=300, min_samples_split=4, bootstrap=False
        ),
        "steering": ForestSettings(n_estimators=500, max_features=0.2, min_samples_leaf=5, contrast_to_real=2.0),
        "marginal": ForestSettings(n_estimators=500, max_features="sqrt", bootstrap=True),
    }
)
"""Published forests: P3, P5, P9, URF1, URF3, URF4 (Dasgupta 2025), URF2 (Crake & Martínez-Galarza 2023), marginal
(Baron & Poznanski 2017; Martínez-Galarza et al. 2021). And ``steering``, for signals injected into observed light
curves: each star is scored by about 180 of its trees, which never saw it (docs/method.md)."""
