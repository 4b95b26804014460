"""What a synthetic light curve shows: one file a kind of signal.

A kind is a `Setting` with a literal `kind`, a `weight`, ``draw(random) -> Event`` and ``flux(time, event)``, the
relative flux around 1. A new kind is a new file and one more member of `Signal`, which then becomes
``Annotated[PaperTransits | NewKind, Field(discriminator="kind")]``.
"""

from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.paper_transits import PaperTransits

__all__ = ["Event", "PaperTransits", "Signal"]

Signal = PaperTransits
