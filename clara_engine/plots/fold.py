"""A light curve folded on an ephemeris, whole or around its events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, around_events
from clara_engine.periods import fold as fold_on_period
from clara_engine.periods.fold import FIRST_PHASE
from clara_engine.plots.drawing import Drawing, Layer
from clara_engine.plots.points import View
from clara_engine.plots.samples import arrows, dots, robust_limits
from clara_engine.plots.theme import PPM_TICKS, palette

__all__ = ["FOLD_VIEWS", "NOTHING", "DrawnFold", "drawn_fold", "fold", "fold_drawing"]

#: Views of the fold: title to where the phases begin; None is the event alone, in hours. ``"secondary"`` is what the
#: whole phase was called where it began at −0.25, before it always did.
FOLD_VIEWS = {"phase": FIRST_PHASE, "secondary": FIRST_PHASE, "event": None}
SPREAD = (1.0, 99.0)

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnFold:
    """What a plot of a fold shows.

    Attributes
    ----------
    x, flux_ppm : ndarray
        Phase, or hours from the middle of the event, and relative flux [ppm] of every sample.
    centre : ndarray
        Middles of the bins.
    bins : tuple of ndarray
        Medians [ppm], NaN where a bin is empty: one group, or even and odd events.
    in_hours : bool
    """

    x: Float
    flux_ppm: Float
    centre: Float
    bins: tuple[Float, ...]
    in_hours: bool

    @property
    def spread_ppm(self) -> float:
        """Between the highest and the lowest bin, the outermost 1 % aside [ppm]; NaN without bins."""
        everything = np.concatenate(self.bins) if self.bins else np.empty(0)
        if not np.isfinite(everything).any():
            return np.nan
        low, high = np.nanpercentile(everything, SPREAD)
        return float(high - low)


#: The fold of no light curve.
NOTHING = DrawnFold(np.empty(0), np.empty(0), np.empty(0), (), False)


def drawn_fold(
    curve: LightCurve | None, ephemeris: Ephemeris | None, view: str = "phase", *, apart: bool = False
) -> DrawnFold:
    """Fold a light curve as `fold` shows it; see there."""
    if curve is None or ephemeris is None:
        return NOTHING
    first_phase = FOLD_VIEWS[view]
    in_hours = first_phase is None or ephemeris.single
    folded: Any
    if first_phase is None or ephemeris.single:
        folded = around_events(curve, ephemeris)
        x, centre, middle, number = folded.hours, folded.bin_hours, folded.bin_flux_ppm, folded.number
    else:
        folded = fold_on_period(curve, ephemeris.period_days, ephemeris.epoch_btjd, first_phase=first_phase)
        x, centre, middle, number = folded.phase, folded.bin_phase, folded.bin_flux_ppm, folded.cycle
    if not np.isfinite(folded.flux_ppm).any():
        return NOTHING
    groups = tuple(folded.bins_of(number % 2 == which) for which in (0, 1)) if apart else (middle,)
    return DrawnFold(x, folded.flux_ppm, centre, groups, in_hours)


def fold(
    curve: LightCurve | DrawnFold | None,
    ephemeris: Ephemeris | None = None,
    view: str = "phase",
    *,
    apart: bool = False,
    seen: View | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw relative flux [ppm] against phase, or against hours from the middle of the event.

    Parameters
    ----------
    curve : LightCurve or DrawnFold, optional
        A light curve, or one that `drawn_fold` has folded already.
    ephemeris : Ephemeris, optional
        Nothing is drawn without one.
    view : str
        One of `FOLD_VIEWS`: the phase from −0.25 to 0.75, where no usual secondary eclipse is cut in two, or the event.
    apart : bool
        Bins of odd and of even events each in their own colour.
    seen : View, optional
        What is in view, for a picture of very many samples.

    Raises
    ------
    DesignError
        When the event alone is asked for and the ephemeris has no duration.
    """
    shown = curve if isinstance(curve, DrawnFold) else drawn_fold(curve, ephemeris, view, apart=apart)
    return fold_drawing(shown, seen=seen, dark=dark).overlay(**options)


def fold_drawing(shown: DrawnFold | None = None, *, seen: View | None = None, dark: bool = False) -> Drawing:
    """The layers of `fold`: samples, bins, and the bins of odd events where they stand apart."""
    shown = shown or NOTHING
    colours = palette(dark)
    title = "hours from mid-event" if shown.in_hours else "phase (event at 0)"
    dims = (hv.Dimension("place", label=title), hv.Dimension("flux", label="flux", unit="ppm"))
    ends = ((-0.5, 0.5), (-1.0, 1.0))
    if shown.centre.size:
        edge = 0.5 * float(shown.centre[1] - shown.centre[0])
        ends = ((float(shown.centre[0]) - edge, float(shown.centre[-1]) + edge), _flux_ends(shown))
    nothing = np.full(shown.centre.size, np.nan)
    marks: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Bins", {"color": colours.accent, "line_color": None, "size": 4}),
        ("Odd", {"color": colours.warn, "line_color": None, "size": 4.5, "marker": "triangle"}),
    )
    bins = [
        Layer(hv.Scatter, group, {"place": shown.centre[full], "flux": middle[full]}, dims, style)
        for (group, style), middle in zip(marks, (*shown.bins, nothing, nothing), strict=False)
        for full in [np.isfinite(middle)]
    ]
    samples = {"place": shown.x.astype(np.float32), "flux": shown.flux_ppm.astype(np.float32)}
    leaving = arrows(shown.x, shown.flux_ppm, dims, colours.warn, ends=ends)
    return Drawing(
        (dots(samples, dims, colours.points, ends=ends, view=seen, alpha=0.5), *bins, *leaving),
        *ends,
        title,
        "flux (ppm)",
        dark,
        {"y_ticks": PPM_TICKS, "tools": ("pan", "xwheel_zoom", "box_zoom", "reset")},
    )


def _flux_ends(shown: DrawnFold) -> tuple[float, float]:
    """Robust ends of the flux, in the order of phase; every bin is within."""
    low, high = robust_limits(shown.flux_ppm[np.argsort(shown.x, kind="stable")])
    middles = np.concatenate(shown.bins) if shown.bins else np.empty(0)
    known = middles[np.isfinite(middles)]
    return min(low, known.min(initial=low)), max(high, known.max(initial=high))
