"""What speaks for stars that vary by themselves, statement by statement."""

import numpy as np
import pytest

from clara_engine.periods import gather_evidence
from clara_engine.periods.kinds.varying import delta_scuti, red_giant, rotator, rr_lyrae, slow_pulsator


@pytest.fixture(scope="module")
def sinusoid(made):
    return gather_evidence(made(lambda t: 0.01 * np.sin(2 * np.pi * t / 3.1)))


def texts(statements):
    return " | ".join(one.text for one in statements)


def score(statements):
    return sum(one.points for one in statements)


def test_a_cool_star_that_varies_turns(sinusoid):
    assert score(rotator(sinusoid)) > 2
    assert "varies every 3.1" in texts(rotator(sinusoid))
    assert score(delta_scuti(sinusoid)) == -5
    assert score(rr_lyrae(sinusoid)) < -3
    assert "no giant" in texts(red_giant(sinusoid))


def test_a_cepheid_is_a_giant(made):
    dwarf, giant = (
        gather_evidence(made(lambda t: 0.1 - 0.2 * (t / 3.6 % 1), teff=5800.0, radius=radius, logg=logg))
        for radius, logg in ((1.0, 4.4), (30.0, 2.0))
    )
    assert score(rr_lyrae(giant)) - score(rr_lyrae(dwarf)) == pytest.approx(4.0)


def test_gravity_modes_need_a_temperature(made):
    def flux(t):
        return sum(1e-3 * np.sin(2 * np.pi * f * t + f) for f in (0.91, 1.27, 1.69, 2.41))

    hot, cool = (gather_evidence(made(flux, teff=teff, radius=1.6, logg=4.1)) for teff in (7000.0, 5000.0))
    assert score(slow_pulsator(hot)) == pytest.approx(4.0)
    assert score(slow_pulsator(cool)) < 0


def test_a_quiet_star_varies_in_no_way(made):
    quiet = gather_evidence(made(lambda t: 0 * t))
    for rule in (rotator, rr_lyrae):
        assert "no variation stands out" in texts(rule(quiet))
