"""Products other than SPOC's: written from their published formats, read from real files, and damaged at random."""

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import READERS, read_light_curve, read_target

SAMPLES = 60
FORMS = {"f": "D", "i": "J"}


def hdus(columns, primary, header=None, units=None, name="LIGHTCURVE"):
    described = [
        fits.Column(key, FORMS[values.dtype.kind], array=values, unit=(units or {}).get(key))
        for key, values in columns.items()
    ]
    table = fits.BinTableHDU.from_columns(described, name=name)
    first = fits.PrimaryHDU()
    first.header.update(primary)
    table.header.update(header or {})
    return fits.HDUList([first, table])


def flux(level=1.0, scatter=1e-3):
    return np.random.default_rng(1).normal(level, scatter, SAMPLES)


def times(start, cadence_s):
    return start + np.arange(SAMPLES) * cadence_s / 86400


def qlp(sector, **more):
    columns = {
        "TIME": times(1600.0, 600),
        "CADENCENO": np.arange(SAMPLES),
        "SAP_FLUX": flux(),
        "SAP_X": flux(100),
        "SAP_Y": flux(200),
        "QUALITY": np.zeros(SAMPLES, int),
        "ORBITID": np.full(SAMPLES, 29),
    } | more
    primary = {"ORIGIN": "MIT/QLP", "TELESCOP": "TESS", "TICID": "277554109", "OBJECT": "TIC 277554109"}
    facts = {"SECTOR": sector, "TESSMAG": 10.0, "TEFF": 5000.0}
    return hdus(columns, primary | facts, {"TIMEDEL": 600 / 86400}, {"TIME": "BJD-2457000, days"})


def qlp_early():
    return qlp(11, KSPSAP_FLUX=flux() + 0.5, KSPSAP_FLUX_ERR=np.full(SAMPLES, 1e-3))


def qlp_late():
    return qlp(60, DET_FLUX=flux(), DET_FLUX_ERR=np.full(SAMPLES, 2e-3), SYS_RM_FLUX=flux() + 0.25)


def kepler(mission="Kepler", **observed):
    columns = {
        "TIME": times(540.0, 1765.5),
        "CADENCENO": np.arange(SAMPLES),
        "SAP_FLUX": flux(9e3, 5),
        "PDCSAP_FLUX": flux(1e4, 5),
        "PDCSAP_FLUX_ERR": np.full(SAMPLES, 5.0),
        "SAP_QUALITY": np.arange(SAMPLES),
        "MOM_CENTR1": flux(600),
        "MOM_CENTR2": flux(700),
    }
    primary = {"TELESCOP": "Kepler", "ORIGIN": "NASA/Ames", "MISSION": mission, "KEPLERID": 11446443, "PMRA": 0.25}
    header = {"BJDREFI": 2454833, "BJDREFF": 0.0, "TIMEDEL": 1765.5 / 86400}
    units = {"PDCSAP_FLUX": "e-/s", "SAP_FLUX": "e-/s", "TIME": "BJD - 2454833, days"}
    return hdus(columns, primary | observed, header, units)


def tasoc():
    columns = {
        "TIME": times(1325.0, 1800),
        "FLUX_RAW": flux(1e4, 5),
        "FLUX_RAW_ERR": np.full(SAMPLES, 5.0),
        "FLUX_CORR": flux(0, 300),
        "FLUX_CORR_ERR": np.full(SAMPLES, 300.0),
        "QUALITY": np.zeros(SAMPLES, int),
    }
    primary = {"ORIGIN": "TASOC/Aarhus", "TELESCOP": "TESS", "TICID": 42, "SECTOR": 1}
    return hdus(columns, primary, {"TIMEDEL": 1800 / 86400}, {"FLUX_CORR": "ppm", "FLUX_RAW": "e-/s"})


def eleanor():
    columns = {
        "TIME": times(1325.0, 1800),
        "RAW_FLUX": flux(900, 1),
        "CORR_FLUX": flux(1000, 1),
        "FLUX_ERR": np.full(SAMPLES, 1.0),
        "QUALITY": np.zeros(SAMPLES, int),
        "X_CENTROID": flux(5),
        "Y_CENTROID": flux(6),
    }
    primary = {"TELESCOP": "TESS", "TIC_ID": 42, "SECTOR": 5, "TMAG": 999, "LITE": True, "TIMEDEL": 1800 / 86400}
    return hdus(columns, primary, name="")


def spoc_fast():
    columns = {"TIME": times(2000.0, 20), "PDCSAP_FLUX": flux(1e4, 5), "SAP_FLUX": flux(9e3, 5)}
    primary = {"TELESCOP": "TESS", "ORIGIN": "NASA/Ames", "TICID": 42, "SECTOR": 27}
    return hdus(columns, primary, {"TIMEDEL": 20 / 86400}, {"PDCSAP_FLUX": "e-/s", "SAP_FLUX": "e-/s"})


# What is written, and the id, unit, median of both fluxes, first time and error that must come out of it.
PRODUCTS = {
    "QLP early": (qlp_early, "277554109-s0011-QLP-600", "relative", 1.5, 1.0, 1600.0, 1e-3),
    "QLP late": (qlp_late, "277554109-s0060-QLP-600", "relative", 1.25, 1.0, 1600.0, 2e-3),
    "Kepler": (lambda: kepler(QUARTER=5), "KIC11446443-s0005-Kepler-1766", "e-/s", 1e4, 9e3, -1627.0, 5.0),
    "K2": (lambda: kepler("K2", CAMPAIGN=1), "EPIC11446443-s0001-K2-1766", "e-/s", 1e4, 9e3, -1627.0, 5.0),
    "TASOC": (tasoc, "42-s0001-TASOC-1800", "relative", 1.0, 1e4, 1325.0, 300e-6),
    "eleanor-lite": (eleanor, "42-s0005-eleanor-lite-1800", "e-/s", 1000, 900, 1325.0, 1.0),
    "SPOC, 20 s": (spoc_fast, "42-s0027-SPOC-20", "e-/s", 1e4, 9e3, 2000.0, np.nan),
}


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_a_product_says(tmp_path, product):
    made, target_id, unit, corrected, plain, start, error = PRODUCTS[product]
    path = tmp_path / "curve.fits"
    made().writeto(path)
    curve, sap = read_light_curve(path), read_light_curve(path, flux="sap")
    assert curve.target.id == read_target(path).id == target_id
    assert curve.flux_unit == unit
    assert np.median(curve.flux) == pytest.approx(corrected, rel=1e-3)
    assert np.median(sap.flux) == pytest.approx(plain, rel=1e-3)
    assert curve.time[0] == pytest.approx(start, abs=1e-9)
    np.testing.assert_allclose(np.median(curve.flux_err), error)
    assert not curve.flux.flags.writeable


def test_facts_of_single_products(tmp_path):
    for name, made in {"q.fits": qlp_early, "e.fits": eleanor, "k.fits": lambda: kepler(QUARTER=5)}.items():
        made().writeto(tmp_path / name)
    early = read_light_curve(tmp_path / "q.fits")
    assert (early.target.tmag, early.target.teff) == (10.0, 5000.0)
    assert early.centroid_column is not None
    assert np.isnan(read_light_curve(tmp_path / "e.fits").target.tmag)  # 999 is eleanor's unknown
    old = read_light_curve(tmp_path / "k.fits")
    assert old.target.name == "KIC 11446443"
    assert old.target.pmra == pytest.approx(250.0)  # Kepler's are arcseconds
    np.testing.assert_array_equal(old.quality, np.arange(SAMPLES))


def test_every_reader_is_tried_before_spocs(tmp_path):
    assert [reader.name for reader in READERS][-1] == "SPOC"
    names = {reader.name for reader in READERS}
    assert names >= {"Kepler", "QLP", "TASOC", "eleanor", "SPOC", "TGLC", "CDIPS", "PATHOS", "lightkurve"}
    assert names >= {"K2SFF", "EVEREST", "K2SC", "halo"}


@pytest.mark.parametrize(
    ("made", "missing", "message"),
    [
        (qlp_early, "KSPSAP_FLUX", "no SYS_RM_FLUX or KSPSAP_FLUX or DET_FLUX column"),
        (tasoc, "TIME", "no TIME column"),
        (lambda: kepler(QUARTER=1), "PDCSAP_FLUX", "no PDCSAP_FLUX column"),
    ],
)
def test_a_missing_column_is_named(tmp_path, made, missing, message):
    whole = made()
    rest = fits.BinTableHDU.from_columns([c for c in whole[1].columns if c.name != missing], name="LIGHTCURVE")
    fits.HDUList([whole[0], rest]).writeto(tmp_path / "bad.fits")
    with pytest.raises(UnreadableLightCurve, match=rf"^bad\.fits: {message}"):
        read_light_curve(tmp_path / "bad.fits")


def test_a_product_without_a_star_is_refused(tmp_path):
    nameless = kepler(QUARTER=1)
    del nameless[0].header["KEPLERID"]
    nameless.writeto(tmp_path / "curve.fits")
    with pytest.raises(UnreadableLightCurve, match="no KEPLERID keyword"):
        read_target(tmp_path / "curve.fits")
    nameless.writeto(tmp_path / "kplr011446443-2010078095331_llc.fits")
    assert read_target(tmp_path / "kplr011446443-2010078095331_llc.fits").tic == 11446443


def refusal(read, path):
    """What a reader says against a file; empty when it reads it."""
    try:
        read(path)
    except UnreadableLightCurve as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The bytes of every product."""
    folder = tmp_path_factory.mktemp("products")
    for name, (made, *_) in PRODUCTS.items():
        made().writeto(folder / f"{name}.fits")
    return {name: (folder / f"{name}.fits").read_bytes() for name in PRODUCTS}


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
def test_damage_ends_in_a_line_or_a_light_curve(tmp_path, written, data):
    content = bytearray(written[data.draw(st.sampled_from(sorted(written)))])
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.fits"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    for read in (read_light_curve, read_target):
        said = refusal(read, path)
        assert not said or said.startswith("damaged.fits: ")
        assert "\n" not in said


REAL = {
    "hlsp_tess-spoc": ("261136679-s0001-TESS-SPOC-1800", "pdcsap_flux"),
    "hlsp_tasoc": ("261136679-s0001-TASOC-1800", "flux_corr"),
    "hlsp_gsfc-eleanor": ("261136679-s0001-eleanor-lite-1800", "corr_flux"),
}


@pytest.mark.parametrize("start", REAL)
def test_real_files_agree_with_lightkurve(shared_data, start):
    import lightkurve

    path = next((shared_data / "other_products").glob(f"{start}*"), None)
    if path is None:
        pytest.skip(f"no {start} file in the shared data")
    target_id, column = REAL[start]
    ours = read_light_curve(path)
    assert ours.target.id == target_id
    theirs = lightkurve.io.read(str(path), quality_bitmask="none")
    values = np.asarray(theirs[column].value, float)
    expected = 1 + values / 1e6 if column == "flux_corr" else values
    timed = np.isfinite(ours.time)
    at = np.searchsorted(ours.time[timed], theirs.time.value)
    np.testing.assert_allclose(ours.flux[timed][at], expected, rtol=1e-6)
    assert at.size > 1200


PROCESSING = {
    "hlsp_tess-spoc": ("spoc-5.0.15-20201021", 42, 0.99960405, 4, 2),
    "hlsp_tasoc": ("master-v5.1.1", 1, None, 4, 2),
    "hlsp_gsfc": ("2.0.3", None, None, 4, 2),
}


@pytest.mark.parametrize("start", PROCESSING)
def test_real_headers_say_what_processed_them(shared_data, start):
    path = next((shared_data / "other_products").glob(f"{start}*"))
    target = read_target(path)
    crowdsap = None if np.isnan(target.crowdsap) else target.crowdsap
    assert (target.procver, target.data_release, crowdsap, target.camera, target.ccd) == PROCESSING[start]
