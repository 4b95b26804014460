"""Periods of one star: the periodogram, its peaks, and the light curve folded on one of them."""

from clara_engine.periods.fold import Folded, fold
from clara_engine.periods.periodogram import Peak, Periodogram, periodogram

__all__ = ["Folded", "Peak", "Periodogram", "fold", "periodogram"]
