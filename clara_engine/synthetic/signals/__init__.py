"""Signals of synthetic light curves, one file for each kind.

A kind is a `Kind` with a literal `kind`, a `weight`, ``draw(random, time, star) -> Event``; ``flux(time, event)``, the
relative flux around 1 at instants that are all finite; and ``exposed(time, event, exposure_days)``, its mean over
exposures. A new kind is a new file and one more member of `Signal`.
"""

from typing import Annotated

from pydantic import Field

from clara_engine.synthetic.signals.dips import Dips
from clara_engine.synthetic.signals.drawn import DrawnShape, read_points
from clara_engine.synthetic.signals.eclipses import ContactBinaries, EclipsingBinaries
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.exocomets import Exocomets
from clara_engine.synthetic.signals.faults import Faults
from clara_engine.synthetic.signals.flares import Flares
from clara_engine.synthetic.signals.heartbeat import Heartbeats
from clara_engine.synthetic.signals.microlensing import Microlensing
from clara_engine.synthetic.signals.paper_transits import PaperTransits
from clara_engine.synthetic.signals.transits import SingleTransits, Transits
from clara_engine.synthetic.signals.unseen import (
    ComplexFlares,
    GrazingTransits,
    IrregularDips,
    ShortTails,
    TrapezoidEclipses,
)
from clara_engine.synthetic.signals.variability import Pulsations, Spots

__all__ = [
    "ComplexFlares",
    "ContactBinaries",
    "Dips",
    "DrawnShape",
    "EclipsingBinaries",
    "Event",
    "Exocomets",
    "Faults",
    "Flares",
    "GrazingTransits",
    "Heartbeats",
    "IrregularDips",
    "Microlensing",
    "PaperTransits",
    "Pulsations",
    "ShortTails",
    "Signal",
    "SingleTransits",
    "Spots",
    "Transits",
    "TrapezoidEclipses",
    "read_points",
]

Signal = Annotated[
    PaperTransits
    | Transits
    | SingleTransits
    | EclipsingBinaries
    | ContactBinaries
    | Flares
    | Dips
    | Exocomets
    | Spots
    | Pulsations
    | Heartbeats
    | Microlensing
    | Faults
    | DrawnShape
    | GrazingTransits
    | TrapezoidEclipses
    | ComplexFlares
    | IrregularDips
    | ShortTails,
    Field(discriminator="kind"),
]
