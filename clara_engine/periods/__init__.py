"""Periods of one star: what the searches find, which period to fold on, and what the events look like then."""

from clara_engine.periods.box import BoxPeak, BoxPeriodogram, box_search
from clara_engine.periods.centroid import CentroidShift, centroid_shift, flat_centroid
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.fold import EventsFolded, Folded, around_events, fold
from clara_engine.periods.measurement import Transit
from clara_engine.periods.periodogram import Peak, Periodogram, periodogram
from clara_engine.periods.removal import without_known
from clara_engine.periods.search import Candidate, PeriodSearch, find_periods
from clara_engine.periods.transit import measure_event, measure_transit
from clara_engine.periods.vetting import VettingResult, vet
from clara_engine.timeseries import Detrending, detrend

__all__ = [
    "BoxPeak",
    "BoxPeriodogram",
    "Candidate",
    "CentroidShift",
    "Detrending",
    "Ephemeris",
    "EventsFolded",
    "Folded",
    "Peak",
    "PeriodSearch",
    "Periodogram",
    "Transit",
    "VettingResult",
    "around_events",
    "box_search",
    "centroid_shift",
    "detrend",
    "find_periods",
    "flat_centroid",
    "fold",
    "measure_event",
    "measure_transit",
    "periodogram",
    "vet",
    "without_known",
]
