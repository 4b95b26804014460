"""`Transit`: the measured numbers of the mean event, shown by fold, vetting, exports and commands."""

from __future__ import annotations

import math
from dataclasses import dataclass

from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.events import DepthDifference, Event

__all__ = ["NAN", "Transit"]

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Transit:
    """The mean event of an ephemeris.

    Depths are those of the bottom of the folded event. They are relative to the median beside the events where that is
    flat, and to maximum light, the 95th percentile of the folded flux, where the star varies with the period.

    Attributes
    ----------
    ephemeris : Ephemeris
        With the fitted period, middle and duration.
    depth_ppm, depth_error_ppm : float
    duration_hours, duration_error_hours : float
        From first to last contact; a lower limit, without error, where the event is cut.
    epoch_error_days, period_error_days : float
        The period's is NaN where fewer than two events were observed.
    slope_share : float
        Share of the duration spent on both slopes: 0 a box, 1 a V.
    snr : float
        Mean depth of the events over its error, red noise and scatter between events included.
    events : tuple of Event
        Those that the light curve covers.
    odd_even : DepthDifference
        Odd against even events; NaN where one kind was not observed.
    secondary_ppm, secondary_error_ppm : float
        Depth half a period later; NaN where that was not observed.
    odd_depth_ppm, odd_depth_error_ppm, even_depth_ppm, even_depth_error_ppm : float
        As `odd_even`, each with its own error.
    secondary_depth_ppm, secondary_depth_error_ppm, secondary_phase, secondary_phase_error : float
        Of the second kind of event, which was looked for at all phases; NaN where none stands out.
    cut : bool
        Whether a gap or an end cuts every event that was observed.
    varies : bool
        Whether the star varies with the period between the events.

    An error is NaN where the fit says nothing.
    """

    ephemeris: Ephemeris
    depth_ppm: float
    depth_error_ppm: float
    duration_hours: float
    duration_error_hours: float
    epoch_error_days: float
    period_error_days: float
    slope_share: float
    snr: float
    events: tuple[Event, ...]
    odd_even: DepthDifference
    secondary_ppm: float
    secondary_error_ppm: float
    odd_depth_ppm: float = NAN
    odd_depth_error_ppm: float = NAN
    even_depth_ppm: float = NAN
    even_depth_error_ppm: float = NAN
    secondary_depth_ppm: float = NAN
    secondary_depth_error_ppm: float = NAN
    secondary_phase: float = NAN
    secondary_phase_error: float = NAN
    cut: bool = False
    varies: bool = False

    @property
    def converged(self) -> bool:
        """Whether the fit converged: its ephemeris is then the one of the star, in place of what it began with."""
        return math.isfinite(self.epoch_error_days)
