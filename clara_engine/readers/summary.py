"""What one light curve of a file is, once its samples have been read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clara_engine.lightcurve import LightCurve, Target

__all__ = ["Summary"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What one light curve of a file is, once its samples have been read.

    Attributes
    ----------
    target : Target
    begin_btjd, end_btjd : float
        Its first and last usable sample, BTJD [days].
    samples : int
        How many are usable.
    notes : tuple of str
        What a person should know of how it was read.
    """

    target: Target
    begin_btjd: float
    end_btjd: float
    samples: int
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, curve: LightCurve) -> Summary:
        """The summary of a light curve that was read."""
        time = curve.time[np.isfinite(curve.time) & np.isfinite(curve.flux)]
        return cls(curve.target, float(time.min()), float(time.max()), int(time.size), curve.notes)
