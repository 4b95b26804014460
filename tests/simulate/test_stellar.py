import numpy as np
import pytest

from clara_engine.simulate import stellar


def test_the_sun() -> None:
    assert stellar.luminosity(1.0, 5772) == pytest.approx(1)
    assert stellar.surface_gravity(1.0, 1.0) == pytest.approx(4.438)
    assert stellar.scaled_axis(365.25, 1.0, 1.0) == pytest.approx(215.0, rel=2e-3)
    assert stellar.bolometric_correction_g(5772) == pytest.approx(0.06)
    assert stellar.bp_rp(5772) == pytest.approx(0.82, abs=0.02)
    assert 4.74 - stellar.bolometric_correction_g(5772) == pytest.approx(4.67, abs=0.03)


def test_known_orbits() -> None:
    # Pi Mensae c (Huang et al. 2018): P = 6.2680 d, M = 1.094, R = 1.10, a/R = 13.38
    assert stellar.scaled_axis(6.2680, 1.094, 1.10) == pytest.approx(13.38, rel=0.01)


def test_dwarfs_grow_hotter_and_larger_with_mass() -> None:
    radius, teff = stellar.main_sequence(np.linspace(0.16, 4.7, 200))
    assert (np.diff(radius) > 0).all()
    assert (np.diff(teff) > 0).all()
    assert (np.diff(stellar.bp_rp(np.linspace(3000, 15000, 500))) <= 0).all()


def test_bolometric_correction_has_no_steps() -> None:
    correction = stellar.bolometric_correction_g(np.arange(2800.0, 12000.0))
    assert np.abs(np.diff(correction)).max() < 0.01


def test_magnitudes_of_a_solar_colour() -> None:
    # the Sun is 0.4 to 0.5 mag brighter in the TESS band than in G
    assert stellar.tess_minus_g(0.82) == pytest.approx(-0.43, abs=0.02)


def test_granulation_of_the_sun_and_of_a_giant() -> None:
    sun, sun_days = stellar.granulation(5772, 4.438)
    giant, giant_days = stellar.granulation(4800, 2.5)
    assert sun * 1e6 == pytest.approx(25, abs=5)
    assert giant > 10 * sun
    assert giant_days > 50 * sun_days


@pytest.mark.parametrize("teff", [3000, 4500, 5772, 9000])
def test_limb_darkening_keeps_the_limb_visible(teff: float) -> None:
    u1, u2 = stellar.limb_darkening(teff)
    assert 0 < u1 + u2 < 1
