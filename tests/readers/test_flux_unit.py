"""What numbers of flux mean: their unit and their level."""

import numpy as np
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.flux_unit import from_magnitudes, in_flux_unit, without_zeros

STAR = 1 + 1e-3 * np.random.default_rng(1).standard_normal(500)
SCALES = {"ppm": 1e6, "ppt": 1e3, "percent": 100.0, "%": 100.0, "relative": 1.0, "1e-06": 1e6, "0.01": 100.0}


@pytest.mark.parametrize("unit", SCALES)
@pytest.mark.parametrize("offset", [0.0, 1.0])
def test_the_level_tells_the_whole_flux_from_differences(unit, offset):
    error = np.full(500, 1e-3 * SCALES[unit])
    flux, errors, known = in_flux_unit((STAR - offset) * SCALES[unit], error, unit, "flux")
    np.testing.assert_allclose(flux, STAR, rtol=1e-12)
    np.testing.assert_allclose(errors, 1e-3)
    assert known == "relative"


@pytest.mark.parametrize("level", [3e5, -4e5, 3e6])
def test_a_level_that_is_neither_is_refused(level):
    with pytest.raises(UnreadableLightCurve, match="neither the whole flux"):
        in_flux_unit(level * STAR, None, "ppm", "flux")


def test_numbers_that_scatter_less_than_so_few_electrons_can_are_magnitudes():
    with pytest.raises(UnreadableLightCurve, match="magnitudes must be made flux first"):
        in_flux_unit(10.5 - 1.086 * np.log(STAR), None, "", "flux")
    noisy = np.random.default_rng(5).poisson(10.5 * 120, 400) / 120
    assert in_flux_unit(noisy, None, "", "flux")[2] == "e-/s"
    assert in_flux_unit(10.5 * STAR, None, "e-/s", "flux")[2] == "e-/s"


@pytest.mark.parametrize("level", [-4.0, 0.0, 1e4])
def test_electrons_stay_electrons(level):
    flux = level + 6 * (STAR - 1)
    same, _, known = in_flux_unit(flux, None, "electron / s", "flux")
    np.testing.assert_array_equal(same, flux)
    assert known == "e-/s"


@pytest.mark.parametrize("level", [100.0, 1000.0, 1e6])
def test_what_lightkurve_normalises_and_writes_without_its_unit(level):
    flux, error, known = in_flux_unit(level * STAR / np.median(STAR), np.full(500, 1e-3 * level), "", "flux")
    np.testing.assert_allclose(flux, STAR / np.median(STAR), rtol=1e-12)
    np.testing.assert_allclose(error, 1e-3)
    assert known == "relative"
    assert in_flux_unit(1.001 * level * STAR, None, "", "flux")[2] == "e-/s"


@pytest.mark.parametrize(("level", "noise", "said"), [(0.7, 3.0, "zero"), (1.0, 0.4, "zero"), (0.3, 0.01, "0.3")])
def test_differences_that_are_not_quite_around_zero_need_a_unit(level, noise, said):
    with pytest.raises(UnreadableLightCurve, match=f"around {said}; name its unit"):
        in_flux_unit(level + 1e3 * noise * (STAR - 1), None, "", "flux")


@pytest.mark.parametrize(("level", "known"), [(1.0, "relative"), (500.0, "e-/s"), (3.0, "e-/s")])
def test_without_a_unit_the_level_decides(level, known):
    assert in_flux_unit(level * STAR, None, "", "flux")[2] == known
    assert in_flux_unit(level * STAR, None, "counts", "flux")[2] == known


@pytest.mark.parametrize(
    ("values", "unit", "message"),
    [
        (STAR - 1, "", "around zero; name its unit"),
        (STAR, "mag", "magnitudes must be made flux"),
        (STAR, "Jy", "is in 'Jy'"),
    ],
)
def test_what_is_no_flux(values, unit, message):
    with pytest.raises(UnreadableLightCurve, match=message):
        in_flux_unit(values, None, unit, "flux")


def test_exact_zeros_are_missing():
    flux = 100 * STAR
    flux[[3, 7]] = 0
    assert np.flatnonzero(np.isnan(without_zeros(flux, "e-/s"))).tolist() == [3, 7]
    assert not np.isnan(without_zeros(np.zeros(5), "e-/s")).any()


def test_magnitudes_become_flux():
    magnitude = 12 - 2.5 * np.log10(STAR)
    flux, error = from_magnitudes(magnitude, np.full(500, 1e-3))
    np.testing.assert_allclose(flux / np.median(flux), STAR / np.median(STAR), rtol=1e-9)
    np.testing.assert_allclose(error, 1e-3 * 0.921034, rtol=5e-3)


@pytest.mark.parametrize(
    ("unit", "level", "error_unit", "error", "wanted"),
    [
        ("e-/s", 1e4, "ppm", 1000.0, 10.0),
        ("e-/s", 1e4, "relative", 1e-3, 10.0),
        ("electron / s", 1e4, "e-/s", 10.0, 10.0),
        ("ppm", 1e6, "percent", 0.1, 1e-3),
        ("", 1.0, "ppt", 1.0, 1e-3),
        ("relative", 1.0, "e-/s", 10.0, np.nan),
        ("relative", 1.0, "mag", 1e-3, np.nan),
        ("ppm", 1e6, "", 1000.0, 1e-3),
    ],
)
def test_an_error_may_have_a_unit_of_its_own(unit, level, error_unit, error, wanted):
    _, errors, _ = in_flux_unit(level * STAR, np.full(500, error), unit, "flux", error_unit)
    np.testing.assert_allclose(errors, wanted, rtol=1e-3)
