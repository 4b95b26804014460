"""Goals of steering, and whether the measured numbers reach them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["DETECTED", "HOST", "TARGETS", "Target", "decided"]

#: Signal-to-noise above which an event is detectable when its time is known.
DETECTED = 7.0
REACHED, CLOSE, MISSED = "reached", "not reached, within the interval", "not reached"


@dataclass(frozen=True, slots=True)
class Target:
    """What one event should reach at a signal-to-noise above `DETECTED`; None where nothing is aimed at.

    Attributes
    ----------
    auc, recall : float or None
        At least: ROC-AUC, and recall at 1 % of quiet stars, both with the generator of the contrast set.
    lost : float or None
        At most: ROC-AUC with that generator less that with another one.
    """

    auc: float | None = None
    recall: float | None = None
    lost: float | None = None


TARGETS: MappingProxyType[str, Target] = MappingProxyType(
    {
        "planets": Target(auc=0.985, recall=0.93, lost=0.01),
        "binaries": Target(auc=0.999, recall=0.99, lost=0.005),
        "flares": Target(auc=0.997, recall=0.97, lost=0.005),
        "dippers": Target(auc=0.999, recall=0.99, lost=0.002),
        "exocomets": Target(auc=0.95),
    }
)
#: Largest allowed difference from .5 of the ROC-AUC of "is a host", on simulated stars.
HOST = 0.03
#: A star in the workspace, and the same star as a new file: mean difference, and stars that differ by more than .25.
NEW_FILE = (0.05, 0.08)


def decided(value: float, low: float, high: float, *, least: float | None = None, most: float | None = None) -> str:
    """Whether a value with its interval reaches a target: at least `least`, or at most `most`.

    Parameters
    ----------
    value, low, high : float
        A measure and its 95 % interval.
    least, most : float, optional
        The target; one of them is given.

    Returns
    -------
    str
        `REACHED`, `CLOSE` (the interval reaches it) or `MISSED`; empty without a target.
    """
    if least is not None:
        return REACHED if value >= least else CLOSE if high >= least else MISSED
    if most is not None:
        return REACHED if value <= most else CLOSE if low <= most else MISSED
    return ""
