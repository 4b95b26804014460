"""What is said of a star: a sentence for each verdict of the searches."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.periods import Candidate, Ephemeris, event_words, find_flares, find_periods, measure_event
from clara_engine.periods.flares import Flare, FlareSearch
from clara_engine.periods.search_result import PeriodSearch
from clara_engine.periods.sentences import star_sentences
from tests.periods.test_flares import flaring

DIPS = Candidate("dips", Ephemeris(3.5, 1326.0, 0.1), "7 events, box S/N 30.0; so it is")
FLARE = Flare(1330.25, 1330.24, 1330.28, 51_000.0, 40.0, 60.0, 2.0, 33.3)


@pytest.fixture
def quiet(star) -> PeriodSearch:
    return replace(find_periods(star(depth=0.0)), best=None, alternatives=(), beside=(), behind=None)


def test_nothing_found_says_so_with_the_highest_peaks(quiet):
    first, second = star_sentences(quiet, FlareSearch((), 0, 26.0))
    assert first == "No period: neither dips nor a variation stand out of the noise."
    assert second.startswith("Highest peaks, as such: Lomb–Scargle ")


def test_each_verdict_is_a_sentence(quiet):
    single = Candidate("single event", Ephemeris(np.nan, 1340.0, 0.2), "one dip at BTJD 1340.000")
    wave = Candidate("variation", Ephemeris(6.25, 1326.0), "Lomb–Scargle power 0.50")
    hidden = Candidate("dips", Ephemeris(1.25, 1326.0, 0.1), "9 events, box S/N 12.0; without the others")
    found = replace(quiet, best=DIPS, beside=(single, wave), behind=hidden)
    assert star_sentences(found, FlareSearch((FLARE, replace(FLARE, snr=10.0)), 0, 26.0)) == (
        "Repeated dips every 3.5 d: 7 events, box S/N 30.0; so it is.",
        "Beside it a single event: one dip at BTJD 1340.000.",
        "It also varies every 6.25 d: Lomb–Scargle power 0.50.",
        "Behind that perhaps dips repeat every 1.25 d: 9 events, box S/N 12.0.",
        "2 flares in 26.0 d, the strongest 51,000 ppm high at BTJD 1330.250, S/N 33.",
    )


@pytest.mark.parametrize(("inverted", "words"), [(1, "so these may be chance."), (0, "S/N 33.")])
def test_flares_that_may_be_chance_say_so(quiet, inverted, words):
    said = star_sentences(quiet, FlareSearch((FLARE,), inverted, 26.0))[-1]
    assert said.startswith("1 flare in 26.0 d, 51,000 ppm high at BTJD 1330.250, S/N 33")
    assert said.endswith(words)


def test_flares_at_bad_times_say_so(quiet):
    one = star_sentences(quiet, FlareSearch((FLARE,), 0, 26.0, 1))[-1]
    assert one.endswith("S/N 33; it is near an edge, near a gap or in a known bad interval, where faults look so.")
    two = star_sentences(quiet, FlareSearch((FLARE, FLARE), 0, 26.0, 1))[-1]
    assert two.endswith(
        "S/N 33; 1 of them is near an edge, near a gap or in a known bad interval, where faults look so."
    )


def test_flares_of_a_light_curve_are_told():
    curve = flaring()
    said = star_sentences(find_periods(curve), find_flares(curve))
    assert said[-1].startswith("2 flares in 13.0 d, the strongest ")


def test_dips_of_a_star_that_varies_have_a_sentence_each_and_their_harmonics_none(star):
    calm = star(3.7, 0.02)
    assert find_periods(calm).beside == ()
    spotted = calm.with_flux(calm.flux * (1 + 2e-3 * np.sin(2 * np.pi * calm.time / 2.3)))
    said = star_sentences(find_periods(spotted))
    assert said[0].startswith("Repeated dips every 3.")
    assert said[1].startswith("It also varies every 2.")


def test_what_is_measured_of_an_event_in_words():
    time = np.arange(1325, 1350, 10 / 1440)
    known = Ephemeris(3.0, 1326.0, 0.16)
    flux = 1 - 0.02 * (np.abs(known.away_days(time)) < 0.08) + np.random.default_rng(1).normal(0, 2e-4, time.size)
    curve = LightCurve(time=time, flux=flux, target=Target(tic=1))
    event = measure_event(curve, known)
    every, depth, duration, snr, seen, odd = event_words(event)
    assert every == f"every {event.ephemeris.period_days:.6f} ± {event.period_error_days:.6f} d"
    assert depth == f"depth {event.depth_ppm:,.0f} ± {event.depth_error_ppm:,.0f} ppm"
    assert duration.startswith(f"{event.duration_hours:.2f}")
    assert snr == f"S/N {event.snr:.1f}"
    assert seen == f"{len(event.events)} events"
    assert odd.startswith("odd − even ")
    nan = float("nan")
    cut = replace(event, cut=True, duration_error_hours=nan, depth_error_ppm=nan)
    assert event_words(cut)[1:3] == [
        f"depth {event.depth_ppm:,.0f} ppm",
        f"at least {event.duration_hours:.2f} h long: a gap cuts it",
    ]
    second = replace(event, secondary_depth_ppm=1234.0, secondary_depth_error_ppm=5.0, secondary_phase=0.4871)
    assert event_words(second)[-1] == "second dip 1,234 ± 5 ppm at phase 0.487"
    sure = replace(event, duration_hours=1.25196, duration_error_hours=4e-4)
    assert "1.2520 ± 0.0004 h long" in event_words(sure)
    wavy = replace(event, duration_hours=nan)
    assert "it varies at all phases, so an event has no duration" in event_words(wavy)
    assert event_words(wavy, minima=True) == [event_words(wavy)[1], *event_words(wavy)[3:]]
