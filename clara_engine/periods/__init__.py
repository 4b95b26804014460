"""Periods of one star: what the searches find, which period to fold on, and what the events look like then."""

from typing import TYPE_CHECKING

from clara_engine.lazy import taken_when_asked

if TYPE_CHECKING:
    from clara_engine.periods.box import BoxPeak, BoxPeriodogram, box_search
    from clara_engine.periods.centroid import CentroidShift, centroid_shift, flat_centroid
    from clara_engine.periods.ephemeris import Ephemeris
    from clara_engine.periods.flares import Flare, FlareSearch, find_flares
    from clara_engine.periods.fold import EventsFolded, Folded, around_events, fold
    from clara_engine.periods.kinds.evidence import Evidence, gather_evidence
    from clara_engine.periods.kinds.possibility import KINDS, Possibility, Statement
    from clara_engine.periods.kinds.star_facts import StarFacts, facts_of
    from clara_engine.periods.kinds.what_is_it import what_is_it
    from clara_engine.periods.measurement import Transit
    from clara_engine.periods.periodogram import Peak, Periodogram, periodogram
    from clara_engine.periods.removal import without_known
    from clara_engine.periods.search import find_periods
    from clara_engine.periods.search_result import Candidate, PeriodSearch
    from clara_engine.periods.sentences import event_words, star_sentences
    from clara_engine.periods.transit import measure_event, measure_transit
    from clara_engine.periods.vetting import VettingResult, vet
    from clara_engine.timeseries import Detrending, detrend

__all__ = [
    "KINDS",
    "BoxPeak",
    "BoxPeriodogram",
    "Candidate",
    "CentroidShift",
    "Detrending",
    "Ephemeris",
    "EventsFolded",
    "Evidence",
    "Flare",
    "FlareSearch",
    "Folded",
    "Peak",
    "PeriodSearch",
    "Periodogram",
    "Possibility",
    "StarFacts",
    "Statement",
    "Transit",
    "VettingResult",
    "around_events",
    "box_search",
    "centroid_shift",
    "detrend",
    "event_words",
    "facts_of",
    "find_flares",
    "find_periods",
    "flat_centroid",
    "fold",
    "gather_evidence",
    "measure_event",
    "measure_transit",
    "periodogram",
    "star_sentences",
    "vet",
    "what_is_it",
    "without_known",
]

taken_when_asked(
    __name__,
    {
        "periods.box": (
            "BoxPeak",
            "BoxPeriodogram",
            "box_search",
        ),
        "periods.centroid": (
            "CentroidShift",
            "centroid_shift",
            "flat_centroid",
        ),
        "periods.ephemeris": ("Ephemeris",),
        "periods.flares": (
            "Flare",
            "FlareSearch",
            "find_flares",
        ),
        "periods.fold": (
            "EventsFolded",
            "Folded",
            "around_events",
            "fold",
        ),
        "periods.kinds.evidence": (
            "Evidence",
            "gather_evidence",
        ),
        "periods.kinds.possibility": (
            "KINDS",
            "Possibility",
            "Statement",
        ),
        "periods.kinds.star_facts": (
            "StarFacts",
            "facts_of",
        ),
        "periods.kinds.what_is_it": ("what_is_it",),
        "periods.measurement": ("Transit",),
        "periods.periodogram": (
            "Peak",
            "Periodogram",
            "periodogram",
        ),
        "periods.removal": ("without_known",),
        "periods.search": ("find_periods",),
        "periods.search_result": (
            "Candidate",
            "PeriodSearch",
        ),
        "periods.sentences": (
            "event_words",
            "star_sentences",
        ),
        "periods.transit": (
            "measure_event",
            "measure_transit",
        ),
        "periods.vetting": (
            "VettingResult",
            "vet",
        ),
        "timeseries": (
            "Detrending",
            "detrend",
        ),
    },
)
