import numpy as np
import pandas as pd
import pytest

from clara_engine.simulate.star_population import FIRST_TIC, KINDS, draw_stars
from clara_engine.simulate.stellar import tess_minus_g


@pytest.fixture(scope="module")
def stars() -> pd.DataFrame:
    return draw_stars(list(KINDS) * 60, np.random.default_rng(3))


def test_light_size_and_distance_belong_together(stars: pd.DataFrame) -> None:
    np.testing.assert_allclose(stars.lum_lsun, stars.radius_rsun**2 * (stars.teff_k / 5772) ** 4, rtol=1e-9)
    gravity = 27400 * stars.mass_msun / stars.radius_rsun**2
    np.testing.assert_allclose(stars.logg, np.log10(gravity), atol=0.005)
    np.testing.assert_allclose(stars.gaia_g - stars.abs_g, 10 - 5 * np.log10(stars.parallax_mas), atol=1e-9)
    np.testing.assert_allclose(stars.tmag - stars.gaia_g, tess_minus_g(stars.bp_rp), atol=1e-9)


def test_no_number_is_missing_or_absurd(stars: pd.DataFrame) -> None:
    numbers = stars.select_dtypes("number")
    assert np.isfinite(numbers).all().all()
    assert stars.tic.is_unique
    assert stars.tic.min() == FIRST_TIC
    assert stars.tmag.between(5, 17).all()
    assert stars.parallax_mas.between(0.1, 200).all()
    velocity = 4.74047 * np.hypot(stars.pmra, stars.pmdec) / stars.parallax_mas
    assert velocity.quantile(0.99) < 500
    assert 20 < velocity[stars["class"] != "rr_lyrae"].median() < 60


def test_classes_lie_where_they_belong_in_the_diagram(stars: pd.DataFrame) -> None:
    middle = stars.groupby("class")[["bp_rp", "abs_g", "logg", "ruwe"]].median()
    assert middle.bp_rp["flare_star"] > 2
    assert middle.abs_g["rr_lyrae"] == pytest.approx(0.6, abs=0.4)
    assert middle.bp_rp["delta_scuti"] < 0.45
    assert middle.logg["rr_lyrae"] < 3.2
    quiet = stars[stars["class"] == "quiet"]
    assert (quiet.logg < 3.6).mean() == pytest.approx(0.2, abs=0.12)
    binary = stars["class"].isin(["eclipsing_binary", "contact_binary"])
    assert (stars.ruwe[binary] > 1.4).mean() > 2 * (stars.ruwe[~binary] > 1.4).mean()


def test_same_seed_same_stars() -> None:
    first, second = (draw_stars(list(KINDS), np.random.default_rng(5)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
