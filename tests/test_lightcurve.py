"""`LightCurve` can't be changed, and survives a trip to lightkurve and back."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import UnreadableLightCurve

COLUMNS = ("time", "flux", "flux_err", "quality", "centroid_column", "centroid_row")
TARGET = Target(
    tic=261136679,
    sector=1,
    cadence_s=120.0,
    tmag=5.1,
    teff=5950.0,
    radius=1.15,
    logg=4.2,
    ra=84.29,
    dec=-80.47,
    pmra=311.2,
    pmdec=1048.8,
    procver="spoc-3.3.36-20180925",
    data_release=1,
    crowdsap=0.9996,
    camera=4,
    ccd=2,
)


@pytest.fixture
def curve():
    rng = np.random.default_rng(3)
    time = 1325 + np.arange(500) * 120 / 86400
    flux = rng.normal(1e4, 5, time.size)
    flux[[7, 80]] = np.nan
    return LightCurve(
        time=time,
        flux=flux,
        flux_err=np.full(time.size, 5.0),
        quality=rng.integers(0, 256, time.size),
        centroid_column=rng.normal(100, 0.01, time.size),
        centroid_row=rng.normal(50, 0.01, time.size),
        target=TARGET,
    )


def test_nothing_can_be_changed(curve):
    for name in COLUMNS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(curve, name)[0] = 1
        with pytest.raises(FrozenInstanceError):
            setattr(curve, name, None)
    with pytest.raises(FrozenInstanceError):
        curve.target.tic = 1


def test_arrays_given_stay_the_callers_own():
    flux = np.arange(4.0)
    curve = LightCurve(time=np.arange(4.0), flux=flux, target=TARGET)
    flux[0] = 99
    assert curve.flux[0] == 0
    assert np.isnan(curve.flux_err).all()
    assert not curve.quality.any()


def test_select_and_finite_keep_what_belongs_together(curve):
    finite = curve.finite()
    keep = np.isfinite(curve.flux)
    assert len(finite) == 498
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(finite, name), getattr(curve, name)[keep])
    assert finite.target is curve.target
    assert curve.span_days == pytest.approx(499 * 120 / 86400)


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(UnreadableLightCurve, match="flux has shape"):
        LightCurve(time=np.arange(4.0), flux=np.arange(3.0), target=TARGET)


@pytest.mark.parametrize("unit", ["e-/s", "relative"])
def test_lightkurve_round_trip(curve, unit):
    curve = curve.with_flux(curve.flux, unit)
    back = LightCurve.from_lightkurve(curve.to_lightkurve())
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(back, name), getattr(curve, name))
    assert back.target == curve.target
    assert back.flux_unit == unit


def test_id_tells_star_sector_product_and_cadence_apart():
    assert TARGET.id == "261136679-s0001-SPOC-120"
    assert TARGET.name == "TIC 261136679"


def test_what_nobody_can_write_to_is_not_copied(curve):
    again = curve.with_flux(curve.flux)
    assert all(getattr(again, name) is getattr(curve, name) for name in COLUMNS)
    writable = np.ones(len(curve))
    view = writable.view()
    view.setflags(write=False)
    seen = curve.with_flux(view)
    writable[:] = 2
    assert (seen.flux == 1).all()


def test_sectors_products_and_cadences_of_a_star_are_one_star():
    one, two = Target(tic=7, sector=1), Target(tic=7, sector=2, product="QLP", cadence_s=600.0, simulated=True)
    assert one.star == two.star == "TIC 7"
    assert Target(tic=7, catalogue="KIC").star == "KIC 7"
