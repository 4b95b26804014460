"""`SyntheticDesign`: everything that fixes a synthetic set, one seed included."""

from __future__ import annotations

import hashlib
import itertools
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

import tomli_w
from pydantic import StringConstraints, model_validator

from clara_engine.errors import DesignError
from clara_engine.notebook_table import notebook_table
from clara_engine.setting import Range, Setting
from clara_engine.synthetic.backgrounds import Background, Observed, WhiteNoise
from clara_engine.synthetic.signals import PaperTransits, Signal

__all__ = ["FIRST_URF4", "PRESETS", "PUBLISHED_SPAN", "SyntheticDesign", "paper36"]

Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")]

#: Why a published name says d13.
PUBLISHED_SPAN = "d13 is 13.5 days: published names keep the whole days of the length"


class SyntheticDesign(Setting):
    """A set of synthetic light curves, described. The same design makes the same curves to the last bit.

    Attributes
    ----------
    name : str
        What a person calls it; it changes nothing in the curves.
    curves : int
        How many light curves (the published letter n, there called transit count).
    seed : int
        Seed of every random draw.
    background : WhiteNoise, GridNoise or Observed
        On what the signals are put.
    signals : tuple of signals
        What is put on it; each curve gets one, chosen by weight.
    least_signal_to_noise : float, optional
        Events below it (see `clara_engine.synthetic.noise.Noise`) are drawn again, at most `MOST_REDRAWS` times; then
        the strongest is taken, and the truth says how strong it is.
    """

    name: Name
    curves: Annotated[int, Range(1, 100_000, "curves")]
    seed: Annotated[int, Range(0, 2**32 - 1)] = 42
    background: Background
    signals: tuple[Signal, ...] = (PaperTransits(),)
    least_signal_to_noise: Annotated[float, Range(0, 10_000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _published_kinds(cls, facts: Any) -> Any:
        """A background or signal that does not name its kind is of the published one."""
        if isinstance(facts, dict):
            facts = dict(facts)
            if isinstance(facts.get("background"), dict):
                facts["background"] = {"kind": "white"} | facts["background"]
            if isinstance(facts.get("signals"), list | tuple):
                paper = {"kind": "paper_transits"}
                facts["signals"] = tuple(paper | one if isinstance(one, dict) else one for one in facts["signals"])
        return facts

    @model_validator(mode="after")
    def _has_a_signal(self) -> SyntheticDesign:
        if not self.signals:
            raise DesignError("signals is empty: a design needs at least one")
        return self

    @classmethod
    def paper(
        cls,
        *,
        curves: int = 300,
        span_days: float = 24.5,
        cadence_minutes: float = 2.0,
        noise_ppm: float = 225.0,
        seed: int = 42,
        name: str | None = None,
    ) -> SyntheticDesign:
        """A design of the published method: transits on white noise (Dasgupta 2025, arXiv:2508.04722).

        Parameters
        ----------
        curves : int
            How many light curves; published as transit count n.
        span_days : float
            Length of each [days]; published as duration d, in hours by mistake.
        cadence_minutes : float
            Time between samples [minutes]; published as c.
        noise_ppm : float
            Standard deviation of the noise [ppm].
        seed : int
            The published sets have 42.
        name : str, optional
            The published letters when not given.
        """
        background = WhiteNoise(span_days=span_days, cadence_minutes=cadence_minutes, noise_ppm=noise_ppm)
        design = cls(name=name or "paper", curves=curves, seed=seed, background=background)
        return design if name else design.changed(name=design.published_label)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        kinds = ", ".join(dict.fromkeys(signal.kind.replace("_", " ") for signal in self.signals))
        sky, least = self.background, self.least_signal_to_noise
        facts: dict[str, object] = {
            "curves": f"{self.curves:,}",
            "signals": kinds,
            "least signal-to-noise": None if least is None else f"{least:g}",
            "background": sky.kind.replace("_", " "),
        }
        if isinstance(sky, WhiteNoise):
            facts |= {
                "length": f"{sky.span_days:g} d",
                "cadence": f"{sky.cadence_minutes:g} min",
                "noise": f"{sky.noise_ppm:g} ppm",
            }
        return notebook_table(self.name, {**facts, "published as": self.published_label, "seed": self.seed})

    @property
    def is_paper(self) -> bool:
        """True when the curves are drawn exactly in the published order, from the published generator."""
        blank = isinstance(self.background, WhiteNoise)
        as_drawn = self.least_signal_to_noise is None
        return blank and as_drawn and len(self.signals) == 1 and isinstance(self.signals[0], PaperTransits)

    @property
    def needs_observed(self) -> bool:
        """True when the signals are injected into observed light curves, which have to be given."""
        return isinstance(self.background, Observed)

    @property
    def published_label(self) -> str:
        """The design in the letters of the published names, e.g. ``"n300 d24.5 c2 n225ppm"``; "" for other ones.

        13.5 d is d13, as published (`PUBLISHED_SPAN`), and 13 d is d13.0.
        """
        sky = self.background
        if not isinstance(sky, WhiteNoise):
            return ""
        days = {13.5: "13", 13.0: "13.0"}.get(sky.span_days, f"{sky.span_days:.10g}")
        return f"n{self.curves} d{days} c{sky.cadence_minutes:.10g} n{sky.noise_ppm:.10g}ppm"

    def changed(self, **fields: Any) -> SyntheticDesign:
        """The same design with other values of some fields, validated anew."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | fields)

    def digest(self) -> str:
        """Hexadecimal hash of all that fixes the curves; two designs that differ only in name share it."""
        silent = {"name"} if self.least_signal_to_noise is not None else {"name", "least_signal_to_noise"}
        facts = json.dumps(self.model_dump(exclude=silent), sort_keys=True)
        return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()

    def to_toml(self) -> str:
        """The design as TOML text, which `from_toml` reads back exactly."""
        return tomli_w.dumps(self.model_dump(exclude_none=True))

    @classmethod
    def from_toml(cls, source: str | Path) -> SyntheticDesign:
        """Read a design from TOML text, or from a file when given a `Path` or a name that ends in ``.toml``."""
        place = "design"
        try:
            if isinstance(source, Path) or (source.endswith(".toml") and "\n" not in source):
                place = str(source)
                source = Path(source).read_text(encoding="utf-8")
            facts = tomllib.loads(source)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise DesignError(f"{place} can't be read: {reason}") from None
        return cls(**facts)


def paper36() -> tuple[SyntheticDesign, ...]:
    """The published grid: curves 100, 200, 300 × span 13.5, 27 d × cadence 2, 10 min × noise 50, 100, 200 ppm."""
    grid = itertools.product((100, 200, 300), (13.5, 27.0), (2.0, 10.0), (50.0, 100.0, 200.0))
    return tuple(
        SyntheticDesign.paper(curves=n, span_days=d, cadence_minutes=c, noise_ppm=ppm) for n, d, c, ppm in grid
    )


#: The three final models of the paper, chosen for α = 0.3, 0.5 and 0.9.
PRESETS: dict[str, SyntheticDesign] = {
    "P3": SyntheticDesign.paper(name="P3", curves=300, span_days=23.75, cadence_minutes=2, noise_ppm=50),
    "P5": SyntheticDesign.paper(name="P5", curves=300, span_days=25.25, cadence_minutes=2, noise_ppm=225),
    "P9": SyntheticDesign.paper(name="P9", curves=300, span_days=24.5, cadence_minutes=2, noise_ppm=225),
}

#: The contrast set of the paper's first URF4, before any search of designs.
FIRST_URF4 = SyntheticDesign.paper(name="URF4", curves=200, span_days=27, cadence_minutes=2, noise_ppm=100)
