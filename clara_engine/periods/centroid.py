"""Shift of the centroid during the events, which an eclipse of a faint neighbour causes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.events import events, mean_depth
from clara_engine.timeseries import Detrending, Samples, binned, flattened, good

__all__ = ["PIXELS_A_DEPTH", "CentroidShift", "centroid_shift", "flat_centroid"]

Float = NDArray[np.float64]
PIXELS_A_DEPTH = 0.5
"""Shift per unit depth that points at another source (METHOD section 6) [pixel]."""
SIGNIFICANT = 3.0
TREND_BIN_DAYS = 0.5 / 24


@dataclass(frozen=True, slots=True)
class CentroidShift:
    """Centroid in the events minus beside them.

    Attributes
    ----------
    column_pixel, column_error_pixel, row_pixel, row_error_pixel : float
    pixel, error_pixel : float
        Length of the shift, and its error along it.
    per_depth, per_depth_error : float
        That over the depth as a fraction: about how far off the source of the dips lies [pixel].
    events : int
        How many were measured.
    """

    column_pixel: float
    column_error_pixel: float
    row_pixel: float
    row_error_pixel: float
    pixel: float
    error_pixel: float
    per_depth: float
    per_depth_error: float
    events: int

    @property
    def sigma(self) -> float:
        """The shift in its errors."""
        return self.pixel / self.error_pixel

    @property
    def elsewhere(self) -> bool:
        """Whether the dips come from another source: shifted by more than errors and by more than the limit."""
        return self.sigma > SIGNIFICANT and self.per_depth > PIXELS_A_DEPTH


def centroid_shift(light_curve: LightCurve, ephemeris: Ephemeris, depth_ppm: float) -> CentroidShift:
    """Compare the flux-weighted centroid inside and beside the events of an ephemeris.

    Parameters
    ----------
    light_curve : LightCurve
        With centroids [pixel].
    ephemeris : Ephemeris
        With a duration.
    depth_ppm : float
        Depth of the events, positive.

    Raises
    ------
    FeatureError
        When the product has no centroids, the depth is not positive, or no event was observed.

    Notes
    -----
    Every event is compared with its own surroundings, so that pointing drifts cancel; the error of the mean holds red
    noise and the scatter between events. A blend at distance d that loses all of a dip moves the centroid by about
    d × depth (Batalha et al. 2010, ApJ 713, L103), so that shift over depth estimates d.
    """
    name = light_curve.target.name
    if light_curve.centroid_column is None or light_curve.centroid_row is None:
        raise FeatureError(f"{name}: this product has no centroids")
    if not depth_ppm > 0:
        raise FeatureError(f"{name}: without a depth above 0 there is nothing to compare the centroid with")
    if not np.isfinite(ephemeris.duration_days):
        raise FeatureError(f"{name}: a variation has no events in which the centroid could move")
    shifts = [
        _shift(light_curve, values, ephemeris) for values in (light_curve.centroid_column, light_curve.centroid_row)
    ]
    (column, column_error, seen), (row, row_error, _) = shifts
    if not seen:
        raise FeatureError(f"{name}: no centroids during the events")
    length = float(np.hypot(column, row))
    error = float(np.hypot(column * column_error, row * row_error)) / length if length > 0 else column_error
    depth = depth_ppm / 1e6
    return CentroidShift(column, column_error, row, row_error, length, error, length / depth, error / depth, seen)


def flat_centroid(light_curve: LightCurve, centroid: Float) -> Samples:
    """One coordinate of the centroid without its slow drift.

    Parameters
    ----------
    light_curve : LightCurve
        Gives times and flags.
    centroid : ndarray, shape (n,)
        `LightCurve.centroid_column` or `centroid_row`.

    Returns
    -------
    Samples
        Its ``flux`` is 1 plus the offset [pixel], from good samples; empty when there are fewer than 10.
    """
    chosen = good(light_curve, centroid)
    time, column = light_curve.time[chosen], centroid[chosen]
    around = column - np.median(column) if column.size else column
    samples = Samples(time, 1 + around, float(np.median(np.diff(time))) if time.size > 1 else 1.0)
    if time.size < 10:
        return Samples(time[:0], around[:0], samples.cadence_days)
    return flattened(samples, Detrending(window_days=2.0), coarse=binned(samples, TREND_BIN_DAYS))


def _shift(light_curve: LightCurve, centroid: Float, ephemeris: Ephemeris) -> tuple[float, float, int]:
    """Mean shift of one coordinate, its error [pixel], and the number of events."""
    flat = flat_centroid(light_curve, centroid)
    if not flat.time.size:
        return np.nan, np.nan, 0
    seen = events(flat, ephemeris)
    outward, error = mean_depth(seen)
    return -outward / 1e6, error / 1e6, len(seen)
