"""The event in one synthetic light curve: its row of the truth table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Event"]

NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The parameters that were drawn for one light curve.

    Attributes
    ----------
    kind, shape : str
        Kind of the signal in its design, and which of its shapes.
    period_days, epoch_days : float
        Period, and time of the middle of one event, on the time axis of the light curve [days].
    duration_hours : float
        The drawn duration [hours].
    lasts_hours : float
        How long one event lasts in the light curve, from first to last contact [hours]; it differs from the drawn
        duration where the shape does not use that.
    depth : float
        Fraction of the flux: depth of a dip, height of a brightening, range of a variation.
    parameters : dict
        Everything else that the shape needs, with the unit in the name.
    signal_to_noise : float
        Of the signal in its light curve, shape and times known; see `clara_engine.synthetic.noise.Noise`.
    of_neighbour : bool
        It happens to another star whose light falls into the aperture.
    dilution : float
        How much of it the light curve shows; `depth` is without it.
    redraws : int
        How often it was drawn again because it was too weak for the design.

    NaN where a shape has no such parameter.
    """

    kind: str
    shape: str
    period_days: float = NAN
    duration_hours: float = NAN
    lasts_hours: float = NAN
    depth: float = NAN
    epoch_days: float = NAN
    parameters: dict[str, Any] = field(default_factory=dict)
    signal_to_noise: float = NAN
    of_neighbour: bool = False
    dilution: float = 1.0
    redraws: int = 0
