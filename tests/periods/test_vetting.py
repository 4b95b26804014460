"""Vetting tests: what passes, what fails, and with which reason."""

import pytest

from clara_engine.periods import (
    Detrending,
    Ephemeris,
    event_words,
    find_periods,
    measure_event,
    measure_transit,
    vet,
)
from clara_engine.periods.vetting import TESTS
from clara_engine.readers import read_light_curve

TRUE = Ephemeris(3.7, 1326.3, 0.12)


def outcomes(curve, ephemeris=TRUE):
    return {verdict.test: verdict for verdict in vet(curve, measure_transit(curve, ephemeris))}


def test_a_planet_passes_every_test(star):
    found = outcomes(star(radius=1.0, logg=4.44))
    assert list(found) == list(TESTS)
    assert {verdict.outcome for verdict in found.values()} == {"pass"}
    assert all(verdict.reason for verdict in found.values())


@pytest.mark.parametrize(
    ("test", "changes", "ephemeris"),
    [
        ("second dip", {"second": 0.003}, TRUE),
        ("odd and even", {"period": 7.4, "depth": 8e-3, "second": 4e-3}, TRUE),
        ("size", {"depth": 0.08, "radius": 1.0}, TRUE),
        ("size", {"depth": 0.08}, TRUE),
        ("shape", {"slopes": 1.0, "depth": 0.02, "duration": 0.3}, TRUE),
        ("duration", {"duration": 0.6, "radius": 1.0, "logg": 4.44}, Ephemeris(3.7, 1326.3, 0.6)),
        ("centroid", {"shift": 3.0, "depth": 0.02}, TRUE),
        ("sine", {"wave": 4e-3, "wave_period": 1.85, "depth": 5e-3}, TRUE),
        ("significance", {"depth": 1e-5}, TRUE),
    ],
)
def test_what_is_no_planet_fails_with_a_reason(star, test, changes, ephemeris):
    detrending = Detrending(method="none") if test == "sine" else Detrending(window_days=3.0)
    curve = star(**changes)
    verdicts = vet(curve, measure_transit(curve, ephemeris, detrending), detrending)
    verdict = next(verdict for verdict in verdicts if verdict.test == test)
    assert verdict.outcome == "fail", verdict
    assert any(letter.isdigit() for letter in verdict.reason)


def test_odd_and_even_are_told_alike_below_the_fold_and_in_the_tests(star):
    curve = star(3.7, 8e-3)
    event = measure_event(curve, TRUE)
    tested = next(verdict for verdict in vet(curve, event) if verdict.test == "odd and even")
    (told,) = (words for words in event_words(event) if words.startswith("odd"))
    assert f"{event.odd_even.sigma:.1f} σ" in told
    assert f"{event.odd_even.sigma:.1f} σ apart" in tested.reason


def test_a_single_event_leaves_tests_open(star):
    curve = star(60.0, 0.01, 0.3, epoch=7.0)
    found = outcomes(curve, find_periods(curve).best.ephemeris)
    assert found["events"].outcome == "unknown"
    assert "single event" in found["events"].reason
    assert found["significance"].outcome == "pass"
    assert found["odd and even"].outcome == found["second dip"].outcome == "unknown"


def test_pi_mensae_is_a_planet_and_an_eclipsing_binary_is_none(shared_data):
    folder = shared_data / "spoc_originals"
    planet = read_light_curve(next(folder.glob("*0000000261136679*")))
    transit = measure_transit(planet, find_periods(planet).best.ephemeris)
    assert transit.depth_ppm == pytest.approx(300, abs=40)  # 289 to 321 ppm in the catalogues
    assert transit.duration_hours == pytest.approx(3.0, abs=0.4)
    assert not [verdict for verdict in vet(planet, transit) if verdict.outcome == "fail"]
    binary = read_light_curve(next(folder.glob("*0000000117544915*")))
    best = find_periods(binary).best
    assert best.period_days == pytest.approx(2.968452, rel=1e-3)
    failed = {v.test for v in vet(binary, measure_transit(binary, best.ephemeris)) if v.outcome == "fail"}
    assert {"second dip", "size"} <= failed
