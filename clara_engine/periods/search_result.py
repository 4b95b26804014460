"""What a period search gives: candidates, the decision between them, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from clara_engine.archives.intervals import BadInterval
from clara_engine.periods.box import BoxPeriodogram
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.known_intervals import left_out_words
from clara_engine.periods.periodogram import Periodogram

__all__ = ["Candidate", "PeriodSearch"]

Kind = Literal["dips", "variation", "single event"]
NAMES = {"dips": "repeated dips", "variation": "variation"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A period to fold on.

    Attributes
    ----------
    kind : {"dips", "variation", "single event"}
    ephemeris : Ephemeris
        Without a period for a single event; without a duration, and from a minimum on, for a variation.
    reason : str
        What speaks for it.
    """

    kind: Kind
    ephemeris: Ephemeris
    reason: str

    @property
    def period_days(self) -> float:
        """Period [days]; NaN for a single event."""
        return self.ephemeris.period_days


@dataclass(frozen=True, slots=True, eq=False)
class PeriodSearch:
    """The result of a period search.

    Attributes
    ----------
    lomb_scargle : Periodogram
    box : BoxPeriodogram
    best : Candidate or None
        What to fold on first; None when nothing stands out of the noise.
    alternatives : tuple of Candidate
        Half, double, and the other searches' answer, the likeliest first; last what is `behind` the best.
    beside : tuple of Candidate
        What was found of other kinds than the best.
    behind : Candidate or None
        Dips that repeat behind the strongest signal.
    without : tuple of Ephemeris
        What was known and left out of the search.
    left_out : tuple of BadInterval
        Known bad intervals with samples that were not searched.
    part : (float, float) or None
        First and last time of the part that was searched, where the light curve is too long to be searched whole
        [BTJD, days].
    """

    lomb_scargle: Periodogram
    box: BoxPeriodogram
    best: Candidate | None
    alternatives: tuple[Candidate, ...]
    beside: tuple[Candidate, ...] = ()
    behind: Candidate | None = None
    without: tuple[Ephemeris, ...] = ()
    left_out: tuple[BadInterval, ...] = ()
    part: tuple[float, float] | None = None

    @property
    def left_out_words(self) -> str:
        """The known bad intervals that were not searched, in one line; empty when there are none."""
        return left_out_words(self.left_out)

    @property
    def summary(self) -> str:
        """The verdict of the search, with what is behind it, in one sentence.

        A period has the digits that a search is sure of; that of `measure_event` has an error.
        """
        said = self._best_words
        if self.behind is not None:
            seen = self.behind.reason.partition(";")[0]
            said += f"; behind that, perhaps dips every {self.behind.period_days:.3g} d ({seen})"
        return said + self._searched_words

    @property
    def verdict_alone(self) -> str:
        """The verdict of the search on the best period alone."""
        return self._best_words + self._searched_words

    @property
    def _best_words(self) -> str:
        if self.best is None:
            return "no period: neither dips nor a variation stand out of the noise"
        if self.best.kind == "single event":
            return f"single event: {self.best.reason}"
        return f"{NAMES[self.best.kind]} every {self.best.period_days:.3g} d: {self.best.reason}"

    @property
    def _searched_words(self) -> str:
        said = f", without {_listed(self.without)}" if self.without else ""
        if self.part is not None:
            first, last = self.part
            said += f" (searched: the {last - first:.0f} d with most samples, BTJD {first:.0f} to {last:.0f})"
        return said

    @property
    def highest_peaks(self) -> str:
        """The highest peak of either periodogram, as such: what is there where nothing stands out."""
        waves, boxes = self.lomb_scargle.peaks[:1], self.box.peaks[:1]
        named = [f"Lomb–Scargle {peak.period_days:.4g} d, power {peak.power:.3f}" for peak in waves]
        return "; ".join([*named, *(f"box {peak.period_days:.4g} d, S/N {peak.snr:.1f}" for peak in boxes)])

    @property
    def verdict(self) -> str:
        """The `summary`, by the name that programs of others know it by."""
        return self.summary


def _listed(known: Sequence[Ephemeris]) -> str:
    """What was left out, in words."""
    dips = [f"{one.period_days:.6g} d" for one in known if not one.single and np.isfinite(one.duration_days)]
    waves = [f"{one.period_days:.6g} d" for one in known if not one.single and np.isnan(one.duration_days)]
    singles = [f"{one.epoch_btjd:.3f}" for one in known if one.single]
    words = (("the events every", dips), ("the variation of", waves), ("the single event at BTJD", singles))
    return ", ".join(f"{word} {' and '.join(each)}" for word, each in words if each)
