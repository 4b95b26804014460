"""What speaks for planets and binaries, statement by statement."""

import pytest

from clara_engine.archives.intervals import BadInterval
from clara_engine.periods import facts_of, gather_evidence
from clara_engine.periods.kinds.eclipsing import contact_binary, detached_binary, planet_candidate


def points(statements, words):
    """Of the only statement that has these words."""
    found = [one.points for one in statements if words in one.text]
    assert len(found) == 1, (words, [one.text for one in statements])
    return found[0]


@pytest.fixture(scope="module")
def planet(made, dips):
    return gather_evidence(made(dips(3.3, 0.01, 0.13)))


def test_a_planet_of_the_sun_is_small_and_alone(planet):
    said = planet_candidate(planet)
    assert points(said, "earth radii") == 2.0
    assert any("10.9 earth radii" in one.text for one in said)  # 109.1 √.01
    assert points(said, "no second dip") == 1.0
    assert points(detached_binary(planet), "earth radii") == -2.0
    assert points(contact_binary(planet), "the flux rests in between") == -4.0


@pytest.mark.parametrize(("radius", "expected"), [(2.0, 2.0), (2.5, -0.5), (3.5, -4.0)])
def test_the_size_counts_with_the_error_of_the_stars_radius(made, dips, radius, expected):
    curve = made(dips(3.3, 0.01, 0.13))
    found = gather_evidence(curve, facts_of(curve.target, {"radius_rsun": radius}))
    assert points(planet_candidate(found), "earth radii") == expected


def test_events_at_known_bad_times_speak_against(made, dips):
    curve = made(dips(3.3, 0.01, 0.13))
    middles = [1326.3 + 3.3 * n for n in range(8)]
    bad = [
        BadInterval(sector=1, begin_btjd=middle - 0.2, end_btjd=middle + 0.2, kind="dumps", source="notes")
        for middle in middles
    ]
    assert points(planet_candidate(gather_evidence(curve, bad_intervals=bad)), "known bad times (dumps)") == -3.0


def test_without_dips_there_is_no_planet(made):
    quiet = gather_evidence(made(lambda t: 0 * t))
    assert points(planet_candidate(quiet), "no dips repeat") == -6.0
    assert points(detached_binary(quiet), "no dips repeat") == -6.0
