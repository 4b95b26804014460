"""One line that tells what lies below the pointer, in the browser alone."""

from __future__ import annotations

from typing import Any, ClassVar

import param

from clara_app.live_text import BOXLESS, LiveText
from clara_app.theme import STATIC

__all__ = ["ReadOut", "tdb_ahead_s"]

#: TAI less UTC from these times on [BTJD, s]: 2009, 2012, 2015 and 2017 (IERS Bulletin C).
LEAPS = ((-2167.5, 34), (-890.5, 35), (204.5, 36), (754.5, 37))
TDB_LESS_TAI_S = 32.184


def tdb_ahead_s(btjd: float) -> float:
    """How far barycentric dynamical time is ahead of UTC at a time [BTJD, days], in seconds.

    Examples
    --------
    >>> round(tdb_ahead_s(1325.0), 3)
    69.184
    """
    return next((leap for start, leap in reversed(LEAPS) if btjd >= start), LEAPS[0][1]) + TDB_LESS_TAI_S


class ReadOut(LiveText):
    """Time, date, flux of the nearest sample and phase below the pointer; its HTML while the pointer is elsewhere.

    Parameters
    ----------
    cursor, samples, means : str
        Ids of the sources of Bokeh that hold the time below the pointer, the samples, and their means.
    facts : dict
        unit of the flux, period and epoch [days, BTJD, None where unknown], zero [BJD], ahead_s of TDB over UTC [s],
        reach [days]: no sample farther from the pointer counts.
    """

    hint = param.String(
        "time at the barycentre of the solar system, up to 8.3 minutes off that at TESS; flux of the nearest sample; "
        "phase φ from −0.25 to 0.75",
        constant=True,
    )
    cursor = param.String("")
    samples = param.String("")
    means = param.String("")
    facts = param.Dict({})

    _stylesheets: ClassVar[Any] = [BOXLESS, STATIC / "text.css", STATIC / "read_out.css"]

    def __init__(self, **params: Any) -> None:
        super().__init__(**({"margin": 0} | params))
