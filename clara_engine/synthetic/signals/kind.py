"""The base class of all signals: drawn for a star, averaged over exposures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Random, Setting
from clara_engine.synthetic.exposure import mean_of_samples

if TYPE_CHECKING:
    from clara_engine.synthetic.signals.event import Event

__all__ = ["UNKNOWN", "Kind"]

Float = NDArray[np.float64]

#: A star without catalogue parameters.
UNKNOWN = Target(tic=0)


class Kind(Setting):
    """Base of all signals."""

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve of `star`, with samples at `time` [days].

        Parameters
        ----------
        random : Random
        time : ndarray of float
            Middles of the exposures, shape (n,) [days].
        star : Target
            What the catalogue says of it.
        """
        raise NotImplementedError

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each instant of `time` [days].

        Parameters
        ----------
        time : ndarray of float
            Shape (n,) [days].
        event : Event
            From `draw`.

        Returns
        -------
        ndarray of float
            Shape (n,); 1 without the signal.
        """
        raise NotImplementedError

    def scale_days(self, event: Event) -> float:
        """The shortest time in which the flux changes much [days]."""
        return float("inf")

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`.

        Parameters
        ----------
        time : ndarray of float
            Middles of the exposures, shape (n,) [days].
        event : Event
            From `draw`.
        exposure_days : float
            [days].

        Returns
        -------
        ndarray of float
            Shape (n,); 1 without the signal.
        """
        return mean_of_samples(lambda at: self.flux(at, event), time, exposure_days, self.scale_days(event))
