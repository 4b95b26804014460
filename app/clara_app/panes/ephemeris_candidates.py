"""Candidate ephemerides of a star: saved ones, the decision of the search, and peaks of both periodograms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clara_app.stars import Star
from clara_engine.periods import BoxPeak, Ephemeris, Peak
from clara_engine.periods.marked import SharedPeriod
from clara_engine.store.ephemerides import EphemerisBook
from clara_engine.store.known_ephemerides import KnownEphemeris

__all__ = ["COLUMNS", "EphemerisCandidate", "ephemeris_candidates", "marked_candidates", "nearest_candidate"]

COLUMNS = (
    ("period", "period, d", "click to fold on it", "right"),
    (
        "source",
        "from",
        "a saved ephemeris, the search's decision, or a peak, and how it is related to the highest",
        "left",
    ),
    ("strength", "strength", "signal-to-noise of the best box (BLS), power from 0 to 1 (LS)", "right"),
    ("chance", "FAP", "false-alarm probability: how often noise alone gives as high a peak", "right"),
)
SAME = 2e-3
LEAST_ALARM = 1e-9  # smaller probabilities are shown as "<1e-9"


@dataclass(frozen=True, slots=True)
class EphemerisCandidate:
    """One candidate in the list of periods.

    Attributes
    ----------
    ephemeris : Ephemeris or None
        None where only the period is known.
    period_days : float
        NaN for a single event.
    number : int or None
        That of a saved ephemeris.
    found : bool
        Whether a search found it, so that it is fitted when it is chosen.
    """

    period_days: float
    source: str
    strength: str = ""
    chance: str = ""
    ephemeris: Ephemeris | None = None
    number: int | None = None
    found: bool = False

    @property
    def texts(self) -> list[str]:
        """The cells of `COLUMNS`."""
        period = f"{self.period_days:.5g}" if np.isfinite(self.period_days) else "single"
        return [period, self.source, self.strength, self.chance]


def ephemeris_candidates(
    star: Star,
    saved: pd.DataFrame,
    known: Sequence[KnownEphemeris] = (),
    fitted: Callable[[Ephemeris], Ephemeris] = lambda found: found,
) -> list[EphemerisCandidate]:
    """All candidates: saved ones first, then the catalogue's, the search's, and the peaks.

    Parameters
    ----------
    saved : DataFrame
        As `EphemerisBook.of` gives it.
    known : sequence of KnownEphemeris
        What catalogues say of the star.
    fitted : callable
        What stands in place of an ephemeris that the search has decided on: the fit of it, once it has been made.
    """
    found = [
        EphemerisCandidate(
            row["period_days"], f"saved: {row['name']}", ephemeris=EphemerisBook.ephemeris(row), number=int(number)
        )
        for number, row in saved.iterrows()
    ]
    found += [_catalogued(star, one) for one in known]
    search = star.search
    if search is None:
        return found
    for place, candidate in enumerate(((search.best,) if search.best else ()) + search.alternatives):
        said = "best" if search.best and place == 0 else "half" if candidate.reason == "half of it" else "or"
        said = "double" if candidate.reason == "double of it" else said
        period, source = fitted(candidate.ephemeris).period_days, f"{said}: {candidate.kind}"
        found.append(EphemerisCandidate(period, source, ephemeris=candidate.ephemeris, found=True))
    found += [_peak(peak, "BLS", f"S/N {peak.snr:.1f}", peak.ephemeris) for peak in search.box.peaks]
    found += [_peak(peak, "LS", f"{peak.power:.3f}") for peak in search.lomb_scargle.peaks]
    return found


def marked_candidates(shared: Sequence[SharedPeriod]) -> list[EphemerisCandidate]:
    """The periods that two marked events share, and how many of their events are in the light curve."""
    found = []
    for one in shared:
        part = "marked twice" if one.parts == 1 else f"marked: 1/{one.parts} of it"
        seen = f"{one.seen + 2} seen" + (f", {one.missing} missing" if one.missing else "")
        found.append(EphemerisCandidate(one.ephemeris.period_days, part, seen, ephemeris=one.ephemeris, found=True))
    return found


def nearest_candidate(listed: list[EphemerisCandidate], period_days: float | None) -> int:
    """Place of the candidate that is on the screen, −1 when it is none of them."""
    if period_days is None:
        return next((place for place, one in enumerate(listed) if not np.isfinite(one.period_days)), -1)
    off = [abs(one.period_days / period_days - 1) for one in listed]
    nearest = min(range(len(listed)), key=lambda place: np.nan_to_num(off[place], nan=np.inf), default=-1)
    return nearest if nearest >= 0 and off[nearest] < SAME else -1


def _catalogued(star: Star, known: KnownEphemeris) -> EphemerisCandidate:
    """The ephemeris of a catalogue, and whether the light curve holds any of its events."""
    time = star.light_curve.finite().time if star.light_curve is not None else np.empty(0)
    events = known.ephemeris.expected_in(float(time.min()), float(time.max())).size if time.size else 0
    source = f"{known.name} catalogue" + ("" if events else ": no event here")
    return EphemerisCandidate(known.ephemeris.period_days, source, ephemeris=known.ephemeris)


def _peak(peak: Peak | BoxPeak, method: str, strength: str, ephemeris: Ephemeris | None = None) -> EphemerisCandidate:
    source = f"{method}, {peak.harmonic}" if peak.harmonic else method
    alarm = "<1e-9" if peak.false_alarm < LEAST_ALARM else f"{peak.false_alarm:.1g}"
    return EphemerisCandidate(peak.period_days, source, strength, alarm, ephemeris, found=True)
