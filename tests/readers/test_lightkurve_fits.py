"""What lightkurve and astropy themselves write, and objects of lightkurve."""

import astropy.units as u
import numpy as np
import pytest
from astropy.time import Time

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve, read_target

lightkurve = pytest.importorskip("lightkurve")


pytestmark = pytest.mark.filterwarnings("ignore")


TIME = 1325.0 + np.arange(300) / 144


STAR = 1 + 1e-3 * np.random.default_rng(4).standard_normal(300)


ELECTRONS = u.electron / u.s


def made(flux=STAR * 500 * ELECTRONS, time=None, **meta):
    time = Time(TIME, format="btjd", scale="tdb") if time is None else time
    curve = lightkurve.TessLightCurve(time=time, flux=flux, flux_err=0.01 * np.abs(flux))
    curve["quality"] = np.zeros(len(curve), int)
    curve.meta.update({"TICID": 7, "TARGETID": 7, "SECTOR": 3} | meta)
    return curve


CURVES = {
    "e-/s": (lambda: made(), "e-/s", 500.0),
    "normalized": (lambda: made().normalize(), "relative", 1.0),
    "ppm": (lambda: made().normalize(unit="ppm"), "relative", 1.0),
    "ppt": (lambda: made().normalize(unit="ppt"), "relative", 1.0),
    "percent": (lambda: made().normalize(unit="percent"), "relative", 1.0),
}


@pytest.mark.parametrize("kind", CURVES)
@pytest.mark.parametrize("how", ["to_fits", "write", "object"])
def test_units_survive_every_way(tmp_path, kind, how):
    make, unit, level = CURVES[kind]
    curve = make()
    source = curve
    if how == "to_fits":
        curve.to_fits(path=tmp_path / "a.fits")
        source = tmp_path / "a.fits"
    elif how == "write":
        curve.write(tmp_path / "a.fits", format="fits")
        source = tmp_path / "a.fits"
    read = read_light_curve(source)
    np.testing.assert_allclose(read.flux / np.median(read.flux), STAR / np.median(STAR), rtol=1e-6)
    assert np.median(read.flux) == pytest.approx(level, rel=2e-3)
    assert read.flux_unit == unit
    np.testing.assert_allclose(read.time, TIME, atol=1e-8)
    assert (read.target.name, read.target.sector, round(read.target.cadence_s)) == ("TIC 7", 3, 600)
    if how != "object":
        assert read_target(source).id == read.target.id


def test_kepler_s_light_curves_of_lightkurve(tmp_path):
    time = Time(540 + np.arange(300) / 48, format="bkjd", scale="tdb")
    curve = lightkurve.KeplerLightCurve(time=time, flux=STAR * ELECTRONS * 900)
    curve.meta.update(
        {"KEPLERID": 757076, "TARGETID": 757076, "MISSION": "Kepler", "QUARTER": 5, "CHANNEL": 1, "CAMPAIGN": None}
        | {"RA": 1.0, "DEC": 1.0}
    )
    curve["quality"] = np.zeros(300, int)
    curve["centroid_col"] = curve["centroid_row"] = np.ones(300)
    assert read_light_curve(curve).time[0] == pytest.approx(-1627)
    for name in ("channel", "campaign", "quarter", "ra", "dec", "mission"):
        curve.meta.setdefault(name.upper(), None)
    curve.to_fits(path=tmp_path / "k.fits")
    read = read_light_curve(tmp_path / "k.fits")
    assert read.target.name == "KIC 757076"
    np.testing.assert_allclose(read.time, 540 - 2167 + np.arange(300) / 48, atol=1e-8)


def test_objects_out_of_order_are_sorted_and_masked_times_are_none():
    order = np.random.default_rng(1).permutation(300)
    mixed = read_light_curve(made(STAR[order] * 500 * ELECTRONS, Time(TIME[order], format="btjd", scale="tdb")))
    np.testing.assert_allclose(mixed.time, TIME)
    np.testing.assert_allclose(mixed.flux, 500 * STAR)
    masked = Time(np.ma.masked_array(TIME, np.arange(300) < 5), format="btjd", scale="tdb")
    curve = made()
    curve = lightkurve.LightCurve(data={"flux": curve.flux, "flux_err": curve.flux_err}, time=masked)
    curve.meta["TICID"] = 7
    read = read_light_curve(curve)
    assert np.isnan(read.time).sum() == 5
    assert np.isfinite(read.finite().time).all()


@pytest.mark.parametrize(("format", "start"), [("jd", 2458325.0), ("mjd", 58324.5), ("isot", None)])
def test_times_of_any_format(format, start):
    time = Time(TIME + 2457000, format="jd", scale="tdb")
    time.format = format
    np.testing.assert_allclose(read_light_curve(made(time=time)).time, TIME, atol=1e-7)


def test_plain_numbers_are_days_of_the_mission():
    """lightkurve takes numbers without a format for Julian dates."""
    curve = lightkurve.LightCurve(time=TIME, flux=STAR)
    curve.meta["TICID"] = 7
    np.testing.assert_allclose(read_light_curve(curve).time, TIME)


def test_a_folded_file_is_refused(tmp_path):
    curve = made().fold(2.0)
    curve.to_fits(path=tmp_path / "folded.fits")
    with pytest.raises(UnreadableLightCurve, match="a folded light curve"):
        read_light_curve(tmp_path / "folded.fits")
