"""What a star may be, and each thing that speaks for or against it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "Possibility", "Statement"]

#: Every kind that is weighed, with the kinds of a forest (`clara_engine.studies.kinds.KIND`) that mean the same.
KINDS: dict[str, tuple[str, ...]] = {
    "planet candidate": ("planet",),
    "detached eclipsing binary": ("binary", "heartbeat star"),
    "contact binary": ("contact binary",),
    "rotator": ("spotted star",),
    "δ Scuti pulsator": ("pulsator",),
    "slow pulsator": ("pulsator",),
    "RR Lyrae star or Cepheid": ("pulsator",),
    "red giant": (),
    "flare star": ("flare star",),
    "dipper": ("dipper", "exocomet"),
    "single event": ("single transit", "microlensing"),
    "instrument": ("fault",),
    "nothing stands out": ("none",),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is known of a star.

    Attributes
    ----------
    text : str
        With its number and unit.
    points : float
        Above 0 what speaks for the kind, below 0 what speaks against it: the natural logarithm of about how much
        likelier it makes the kind.
    """

    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Possibility:
    """A kind of star, with what speaks for and against it.

    Attributes
    ----------
    kind : str
        Of `KINDS`.
    statements : tuple of Statement
        The weightiest first.
    """

    kind: str
    statements: tuple[Statement, ...]

    @property
    def score(self) -> float:
        """Sum of all points. It sorts kinds; it is no calibrated probability."""
        return sum(statement.points for statement in self.statements)

    @property
    def pro(self) -> tuple[Statement, ...]:
        """What speaks for it."""
        return tuple(one for one in self.statements if one.points > 0)

    @property
    def contra(self) -> tuple[Statement, ...]:
        """What speaks against it."""
        return tuple(one for one in self.statements if one.points < 0)
