"""What signals take from the catalogue, against other sources of the same physics."""

import astropy.units as u
import numpy as np
import pytest
from astropy import constants
from astropy.modeling.models import BlackBody
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.lightcurve import Target
from clara_engine.synthetic import stars

TEFFS = st.floats(2500, 30_000)


def photons(teff: float) -> float:
    """Photons of a black body in the TESS band, by astropy, on a fine grid."""
    nm = np.arange(580.0, 1125.0, 0.5)
    energy = BlackBody(teff * u.K, scale=1 * u.erg / u.s / u.cm**2 / u.nm / u.sr)(nm * u.nm).value
    return float(np.sum(energy * nm * np.interp(nm, *stars.RESPONSE.T)))


@settings(max_examples=30, deadline=None)
@given(one=TEFFS, other=TEFFS)
def test_brightness_in_the_band_is_that_of_astropys_black_body(one, other):
    got = stars.band_brightness(one) / stars.band_brightness(other)
    assert got == pytest.approx(photons(one) / photons(other), rel=2e-3)


@settings(max_examples=30, deadline=None)
@given(teff=TEFFS)
def test_a_temperature_comes_back_from_its_brightness(teff):
    assert stars.teff_of_brightness(stars.band_brightness(teff)) == pytest.approx(teff, rel=1e-6)


def test_the_density_of_the_sun_and_of_what_is_not_known():
    assert stars.density_solar(Target(tic=1, radius=1.0, logg=4.438)) == pytest.approx(1, rel=1e-3)
    mass, radius = 0.35 * constants.M_sun, 0.36 * constants.R_sun
    logg = float(np.log10((constants.G * mass / radius**2).cgs.value))
    assert stars.density_solar(Target(tic=1, radius=0.36, logg=logg)) == pytest.approx(0.35 / 0.36**3, rel=3e-3)
    assert stars.density_solar(Target(tic=1, radius=1.0)) is None
    assert stars.density_solar(Target(tic=1, logg=4.0)) is None


def test_limb_darkening_is_the_published_one_at_and_between_its_places():
    assert stars.limb_darkening(6000, 4.0) == pytest.approx((0.2630, 0.2978))
    assert stars.limb_darkening(3500, 5.0) == pytest.approx((0.2594, 0.3847))
    # table 25 has 5750 K, log g 4.5: 0.3075, 0.2743, which is not among the rows kept here
    assert stars.limb_darkening(5750, 4.5) == pytest.approx((0.3075, 0.2743), abs=0.004)
    assert stars.limb_darkening(50_000, 9) == stars.limb_darkening(10_000, 5.0)
    assert stars.limb_darkening(5772, float("nan")) == stars.limb_darkening(5772, 4.438)


@settings(max_examples=20, deadline=None)
@given(teff=st.floats(2600, 7000), radius=st.floats(0.1, 2), hot=st.floats(8000, 12_000))
def test_the_power_of_a_flare_is_that_of_its_black_body(teff, radius, hot):
    """The area that shines as brightly in the band, times Stefan and Boltzmann's law."""
    share = photons(teff) / photons(hot)
    disc = np.pi * (radius * constants.R_sun) ** 2
    expected = (share * disc * constants.sigma_sb * (hot * u.K) ** 4).to_value(u.erg / u.s)
    assert stars.flare_erg_a_second(teff, radius, hot) == pytest.approx(expected, rel=5e-3)
