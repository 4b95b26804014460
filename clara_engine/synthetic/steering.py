"""Ready designs that steer: a kind of event injected into observed light curves."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from clara_engine.errors import DesignError
from clara_engine.synthetic.backgrounds import Observed
from clara_engine.synthetic.design import SyntheticDesign
from clara_engine.synthetic.signals import (
    ComplexFlares,
    ContactBinaries,
    Dips,
    EclipsingBinaries,
    Exocomets,
    Faults,
    Flares,
    GrazingTransits,
    Heartbeats,
    IrregularDips,
    Microlensing,
    Pulsations,
    ShortTails,
    SingleTransits,
    Spots,
    Transits,
    TrapezoidEclipses,
)

__all__ = ["EVENTS", "UNSEEN_EVENTS", "USUAL_EVENTS", "steering_design", "unseen_design"]

#: Events that a user can choose, and the signals of each.
EVENTS: MappingProxyType[str, tuple[Any, ...]] = MappingProxyType(
    {
        "planets": (Transits(),),
        "binaries": (EclipsingBinaries(weight=2), ContactBinaries()),
        "flares": (Flares(),),
        "dippers": (Dips(),),
        "pulsators": (Pulsations(),),
        "single transits": (SingleTransits(),),
        "faults": (Faults(),),
        "spots": (Spots(),),
        "contact binaries": (ContactBinaries(),),
        "heartbeats": (Heartbeats(),),
        "microlensing": (Microlensing(),),
        "exocomets": (Exocomets(),),
    }
)
#: Default events of measurements and of the classification; the others are parts of these, or too rare.
USUAL_EVENTS = (
    "planets",
    "binaries",
    "flares",
    "dippers",
    "pulsators",
    "single transits",
    "exocomets",
    "faults",
)
#: The same events from other generators, which no design above uses: to measure whether a forest knows the event.
UNSEEN_EVENTS: MappingProxyType[str, tuple[Any, ...]] = MappingProxyType(
    {
        "planets": (GrazingTransits(),),
        "binaries": (TrapezoidEclipses(),),
        "flares": (ComplexFlares(),),
        "dippers": (IrregularDips(),),
        "exocomets": (ShortTails(),),
    }
)


def steering_design(event: str, *, curves: int = 300, seed: int = 42) -> SyntheticDesign:
    """The design that looks for one of `EVENTS`, injected into observed light curves.

    Parameters
    ----------
    event : str
        A key of `EVENTS`.
    curves : int
        How many light curves it makes.
    seed : int
        Fixes all that is drawn.

    Raises
    ------
    DesignError
        There is no such event.
    """
    return _design(EVENTS, event, event, curves, seed)


def unseen_design(event: str, *, curves: int = 300, seed: int = 42) -> SyntheticDesign:
    """One of `UNSEEN_EVENTS`, injected into observed light curves.

    Parameters
    ----------
    event : str
        A key of `UNSEEN_EVENTS`.
    curves : int
        How many light curves it makes.
    seed : int
        Fixes all that is drawn.

    Raises
    ------
    DesignError
        There is no such event.
    """
    return _design(UNSEEN_EVENTS, event, f"{event} (other generator)", curves, seed)


def _design(
    known: MappingProxyType[str, tuple[Any, ...]], event: str, name: str, curves: int, seed: int
) -> SyntheticDesign:
    if event not in known:
        raise DesignError(f"there is no event {event!r}; known: {', '.join(known)}")
    return SyntheticDesign(name=name, curves=curves, seed=seed, background=Observed(), signals=known[event])
