"""What catalogues say of a star."""

import numpy as np
import pytest

from clara_engine import Target
from clara_engine.periods import StarFacts, facts_of


def test_archives_come_before_the_header_and_gaps_are_filled():
    target = Target(tic=1, teff=5000.0, radius=0.8, logg=4.5)
    row = {"teff_k": 5200.0, "radius_rsun": np.nan, "gaia_g": 10.0, "parallax_mas": 10.0, "parallax_error_mas": 0.1}
    facts = facts_of(target, row, {"gaia_non_single": "eclipsing"})
    assert (facts.teff, facts.radius) == (5200.0, 0.8)
    assert facts.abs_g == pytest.approx(5.0)  # at 100 pc the modulus is 5
    assert facts.gaia_non_single == "eclipsing"
    assert "5,200 K" in facts.words
    assert np.isnan(facts_of(target, row | {"parallax_error_mas": 5.0}).abs_g)


@pytest.mark.parametrize(
    ("facts", "giant"),
    [
        ({"logg": 2.3, "radius": 10.7}, True),
        ({"logg": 4.4, "radius": 1.0}, False),
        ({"logg": 0.85, "radius": 0.7}, None),  # they contradict each other
        ({"radius": 12.0}, True),
        ({"bp_rp": 1.3, "abs_g": 1.0}, True),
        ({"bp_rp": 1.3, "abs_g": 7.0}, False),
        ({}, None),
    ],
)
def test_a_giant_is_known_by_gravity_radius_or_colour(facts, giant):
    assert StarFacts(**facts).giant is giant


def test_the_density_is_solar_for_the_sun():
    assert StarFacts(radius=1.0, logg=4.438).density == pytest.approx(1.0)
    assert StarFacts(radius=2.0, logg=4.438 - 2 * np.log10(2)).density == pytest.approx(1 / 8)


@pytest.mark.parametrize(
    ("star", "giant"),
    [
        (StarFacts(teff=4800.0, radius=8.0), True),
        (StarFacts(teff=6550.0, radius=3.2), None),  # as large as a pair of F stars, or an A star
        (StarFacts(teff=6550.0, radius=3.2, logg=3.3), True),
        (StarFacts(teff=6550.0, radius=1.3), False),
        (StarFacts(teff=6550.0, radius=3.2, bp_rp=0.5, abs_g=2.0), False),
        (StarFacts(teff=3490.0, tmag=4.8), True),
        (StarFacts(teff=3490.0, tmag=10.0), None),
        (StarFacts(teff=3490.0, tmag=4.8, logg=4.9), False),
    ],
)
def test_what_makes_a_giant(star, giant):
    assert star.giant is giant
