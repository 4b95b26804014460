"""Every promised product, with the headers of its real files: what is read, and whether both ways of reading agree."""

import numpy as np
import pytest
from astropy.io import fits

from clara_engine import Workspace
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import READERS, read_light_curve, read_target
from tests.readers.header_true import SAMPLES, build

RNG = np.random.default_rng(8)
STAR = 1 + 1e-3 * RNG.standard_normal(SAMPLES)
RAW = STAR * 1.5
FLAGS = (np.arange(SAMPLES) == 5) * 8


def days(start, seconds):
    return start + np.arange(SAMPLES) * seconds / 86400


SPOC = {
    "TIME": days(1325.3, 120),
    "PDCSAP_FLUX": 1e4 * STAR,
    "SAP_FLUX": 1e4 * RAW,
    "PDCSAP_FLUX_ERR": 10,
    "QUALITY": FLAGS,
}
KEPLER = SPOC | {"TIME": days(540, 1765.4629), "SAP_QUALITY": FLAGS}
TGLC = {
    "time": days(1491.7, 1800),
    "cal_aper_flux": STAR,
    "cal_psf_flux": STAR + 0.2,
    "aperture_flux": 90 * RAW,
    "psf_flux": 80 * RAW,
    "TESS_flags": FLAGS,
    "TGLC_flags": (np.arange(SAMPLES) == 9) * 1,
    "cal_aper_flux_err": 0.01,
}
MAGNITUDE = 12 - 2.5 * np.log10(STAR)
# Product: numbers, id, unit, level of pdcsap and of sap, first time, error, flagged samples.
PRODUCTS = {
    "spoc_2min": (SPOC, "261136679-s0001-SPOC-120", "e-/s", 1e4, 1.5e4, 1325.3, 10, 1),
    "data_alerts": (SPOC, "25155310-s0001-SPOC-120", "e-/s", 1e4, 1.5e4, 1325.3, 10, 1),
    "tess_spoc": (
        SPOC | {"TIME": days(1325.3, 1800)},
        "261136679-s0001-TESS-SPOC-1800",
        "e-/s",
        1e4,
        1.5e4,
        1325.3,
        10,
        1,
    ),
    "qlp_s0024": (
        {
            "TIME": days(1955.9, 1800),
            "KSPSAP_FLUX": STAR,
            "SAP_FLUX": STAR - 0.1,
            "KSPSAP_FLUX_ERR": 4e-4,
            "QUALITY": FLAGS,
        },
        "188589164-s0024-QLP-1800",
        "relative",
        1,
        0.9,
        1955.9,
        4e-4,
        1,
    ),
    "qlp_s0060": (
        {
            "TIME": days(2940.0, 200),
            "SYS_RM_FLUX": STAR,
            "DET_FLUX": STAR + 0.3,
            "SAP_FLUX": STAR - 0.1,
            "DET_FLUX_ERR": 4e-4,
        },
        "277554109-s0060-QLP-200",
        "relative",
        1,
        0.9,
        2940.0,
        4e-4,
        0,
    ),
    "tasoc": (
        {
            "TIME": days(1325.3, 1800),
            "FLUX_CORR": (STAR - 1) * 1e6,
            "FLUX_RAW": 1e6 * RAW,
            "FLUX_CORR_ERR": 22.0,
            "QUALITY": FLAGS,
        },
        "261136679-s0001-TASOC-1800",
        "relative",
        1,
        1.5e6,
        1325.3,
        22e-6,
        1,
    ),
    "eleanor_lite": (
        {
            "TIME": days(1325.3, 1800),
            "CORR_FLUX": 2e5 * STAR,
            "RAW_FLUX": 2e5 * RAW,
            "FLUX_ERR": 12.0,
            "QUALITY": FLAGS,
        },
        "261136679-s0001-eleanor-lite-1800",
        "e-/s",
        2e5,
        3e5,
        1325.3,
        12,
        1,
    ),
    "kepler_llc": (KEPLER, "KIC11442793-s0003-Kepler-1765", "e-/s", 1e4, 1.5e4, -1627, 10, 1),
    "kepler_llc_dr21": (KEPLER, "KIC1026032-s0010-Kepler-1765", "e-/s", 1e4, 1.5e4, -1627, 10, 1),
    "kepler_slc": (
        KEPLER | {"TIME": days(540, 58.85)},
        "KIC10666592-s0000-Kepler-59",
        "e-/s",
        1e4,
        1.5e4,
        -1627,
        10,
        1,
    ),
    "k2_llc": (KEPLER | {"TIME": days(2307, 1765.4629)}, "EPIC211436265-s0005-K2-1765", "e-/s", 1e4, 1.5e4, 140, 10, 1),
    "k2sff": (
        {
            "T": days(1977, 1765.4629),
            "FCOR": STAR,
            "FRAW": STAR - 0.1,
            "CIRC_APER0.FCOR": STAR + 5,
            "MOVING": FLAGS > 0,
        },
        "EPIC201367065-s0001-K2SFF-1765",
        "relative",
        1,
        0.9,
        -190,
        np.nan,
        1,
    ),
    "everest": (
        {
            "TIME": days(1977, 1765.4629),
            "FLUX": 1e4 * STAR,
            "FRAW": 1e4 * RAW,
            "FCOR": 3e4 * STAR,
            "FRAW_ERR": 10,
            "QUALITY": FLAGS,
        },
        "EPIC201367065-s0001-EVEREST-1765",
        "e-/s",
        1e4,
        1.5e4,
        -190,
        10,
        1,
    ),
    "k2sc": (
        {"time": days(2229, 1765.4629), "PDC.flux": 1e4 * STAR, "SAP.flux": 1e4 * RAW, "error": 10, "quality": FLAGS},
        "EPIC210951703-s0004-K2SC-1765",
        "e-/s",
        1e4,
        1.5e4,
        62,
        10,
        1,
    ),
    "halo": (
        {
            "time": days(2307, 1765.4629),
            "flux": 1e4 * STAR + 1e3 * np.sin(np.arange(SAMPLES)),
            "trposi": 1e4 + 1e3 * np.sin(np.arange(SAMPLES)),
            "error": 10,
            "quality": FLAGS,
        },
        "EPIC211309989-s0005-halo-1765",
        "e-/s",
        1e4,
        None,
        140,
        10,
        1,
    ),
    "tglc_v1": (TGLC, "218795833-s0007-TGLC-1800", "relative", 1, 135, 1491.7, 0.01, 2),
    "tglc_v2": (TGLC, "218795833-s0007-TGLC-1800", "relative", 1, 135, 1491.7, 0.007285550277490073, 2),
    "cdips": (
        {
            "TMID_BJD": 2457000 + days(1491.7, 1800),
            "TFA1": MAGNITUDE,
            "IRM1": MAGNITUDE + 1,
            "IRE1": 1e-3,
            "IRQ1": np.where(FLAGS, "X", "G"),
        },
        "130415266-s0007-CDIPS-1800",
        "relative",
        1,
        1,
        1491.7,
        1e-3 * 0.921,
        1,
    ),
    "pathos": (
        {"TIME": days(1325.3, 1800), "PSF_FLUX_COR": 1e3 * STAR, "PSF_FLUX_RAW": 1e3 * RAW, "DQUALITY": FLAGS},
        "30654608-s0001-PATHOS-1800",
        "e-/s",
        1e3,
        1.5e3,
        1325.3,
        np.nan,
        1,
    ),
    "lightkurve_1": (
        {"TIME": days(1517.4, 120), "FLUX": 81 * STAR, "FLUX_ERR": 5, "QUALITY": FLAGS},
        "130414729-s0008-lightkurve-120",
        "e-/s",
        81,
        81,
        1517.4,
        5,
        1,
    ),
}


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_product_with_its_real_header(tmp_path, product):
    columns, target_id, unit, level, plain, start, error, flagged = PRODUCTS[product]
    path = build(product, tmp_path, columns)
    curve = read_light_curve(path)
    assert curve.target.id == read_target(path).id == target_id
    assert curve.flux_unit == unit
    np.testing.assert_allclose(curve.flux / np.median(curve.flux), STAR / np.median(STAR), rtol=1e-5)
    assert np.median(curve.flux) == pytest.approx(level, rel=2e-3)
    assert curve.time[0] == pytest.approx(start, abs=1e-9)
    np.testing.assert_allclose(np.median(curve.flux_err), error, rtol=1e-3)
    assert (curve.quality != 0).sum() == flagged
    if plain is not None:
        assert np.median(read_light_curve(path, flux="sap").flux) == pytest.approx(plain, rel=2e-3)


def test_each_aperture_of_tglc_can_be_taken_by_name(tmp_path):
    path = build("tglc_v2", tmp_path, TGLC)
    levels = {"pdcsap": 1.0, "psf": 1.2, "sap": 135.0}
    for flux, level in levels.items():
        assert np.median(read_light_curve(path, flux=flux).flux) == pytest.approx(level, rel=2e-3)
    with pytest.raises(UnreadableLightCurve, match="choose one of pdcsap, sap, psf"):
        read_light_curve(path, flux="raw")
    alone = build("tglc_v2", tmp_path, TGLC, drop=("cal_aper_flux",))
    assert np.median(read_light_curve(alone).flux) == pytest.approx(1.2, rel=2e-3)


def test_flags_of_everest_s_own_are_kept(tmp_path):
    own = (np.arange(SAMPLES) == 3) * 2**22 + (np.arange(SAMPLES) == 4) * 2**24
    path = build("everest", tmp_path, PRODUCTS["everest"][0] | {"QUALITY": own})
    assert np.flatnonzero(read_light_curve(path).quality).tolist() == [3, 4]


def test_each_way_to_correct_of_tasoc_is_a_light_curve_of_its_own(tmp_path):
    (tmp_path / "cbv").mkdir()
    ensemble = build("tasoc", tmp_path, PRODUCTS["tasoc"][0])
    other = build("tasoc", tmp_path / "cbv", PRODUCTS["tasoc"][0], CORRMET="CBV")
    other = other.rename(tmp_path / other.name.replace("ens-lc", "cbv-lc"))
    assert read_light_curve(other).target.id == read_target(other).id == "261136679-s0001-TASOC-CBV-1800"
    result = Workspace.open(tmp_path / "ws").ingest([ensemble, other])
    assert (result.added, result.duplicates) == (2, ())


def test_every_reader_has_a_product_here():
    tried = {read.name.lower() for read in READERS}
    assert tried == {name.split("_")[0] for name in PRODUCTS} - {"data", "tess", "k2"}


@pytest.mark.parametrize("product", ["spoc_2min", "kepler_llc", "tglc_v2", "lightkurve_1"])
@pytest.mark.parametrize("order", ["orbits", "random"])
def test_rows_out_of_order_are_sorted(tmp_path, product, order):
    columns = PRODUCTS[product][0]
    whole = read_light_curve(build(product, tmp_path, columns))
    half = SAMPLES // 2
    rows = np.r_[half:SAMPLES, :half] if order == "orbits" else np.random.default_rng(1).permutation(SAMPLES)
    mixed = {name: values[rows] if np.ndim(values) else values for name, values in columns.items()}
    sorted_again = read_light_curve(build(product, tmp_path, mixed))
    for name in ("time", "flux", "flux_err", "quality"):
        np.testing.assert_array_equal(getattr(sorted_again, name), getattr(whole, name), err_msg=name)


@pytest.mark.parametrize("product", ["spoc_2min", "tess_spoc", "eleanor_lite", "kepler_llc", "pathos"])
def test_exact_zeros_are_missing_samples(tmp_path, product):
    columns = dict(PRODUCTS[product][0])
    name = next(name for name in ("PDCSAP_FLUX", "CORR_FLUX", "PSF_FLUX_COR") if name in columns)
    flux, time = columns[name].copy(), columns["TIME"].copy()
    flux[3:6], time[[10, 11]] = 0, 0
    curve = read_light_curve(build(product, tmp_path, columns | {name: flux, "TIME": time}))
    assert np.isnan(curve.flux[3:6]).all()
    assert np.isfinite(curve.time).sum() == SAMPLES - 2
    assert curve.span_days < 20


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"BJDREFI": 2454833}, "counts from 2457000 by its unit 'BJD - 2457000, days', from 2454833 by its BJDREFI"),
        ({"TIMEDEL": 0.02}, "check TIME's unit"),
    ],
)
def test_a_header_that_contradicts_is_refused(tmp_path, changed, message):
    with pytest.raises(UnreadableLightCurve, match=message):
        read_light_curve(build("spoc_2min", tmp_path, SPOC, **changed))


def test_kepler_dates_in_a_file_of_tess_are_refused(tmp_path):
    with pytest.raises(UnreadableLightCurve, match="TESS did not observe"):
        read_light_curve(build("spoc_2min", tmp_path, SPOC | {"TIME": days(540, 120)}))


def table_file(path, names, *, extension="", rows=50, primary=(), forms=None):
    forms = dict.fromkeys(names, "D") | (forms or {})
    shapes = {name: (rows, 9) if forms[name].startswith("9") else (rows,) for name in names}
    columns = [fits.Column(name, forms[name], array=np.zeros(shapes[name])) for name in names]
    first = fits.PrimaryHDU()
    first.header.update(dict(primary))
    fits.HDUList([first, fits.BinTableHDU.from_columns(columns, name=extension)]).writeto(path)
    return path


def test_what_is_no_light_curve_is_refused_by_name(tmp_path):
    pixels = {"RAW_CNTS": "9J", "FLUX": "9E"}
    made = {
        "a target pixel file": table_file(
            tmp_path / "tess2018206045859-s0001-0000000000000005-0120-s_tp.fits",
            ["TIME", "RAW_CNTS", "FLUX"],
            extension="PIXELS",
            forms=pixels,
        ),
        "a target pixel file: images": table_file(
            tmp_path / "kplr000757076-2010174085026_lpd-targ.fits",
            ["TIME", "RAW_CNTS", "FLUX"],
            extension="TARGETTABLES",
            forms=pixels,
            primary={"TELESCOP": "Kepler", "KEPLERID": 757076},
        ),
        "a data-validation series": table_file(
            tmp_path / "tess2018206190142-s0001-s0001-0000000000000005-00106_dvt.fits",
            ["TIME", "PHASE", "LC_INIT", "LC_DETREND"],
            extension="TCE_1",
            primary={"TELESCOP": "TESS"},
        ),
        "cotrending basis vectors": table_file(
            tmp_path / "tess2018206045859-s0001-1-1-0120-s_cbv.fits",
            ["TIME", "VECTOR_1"],
            extension="CBV.single.1.1",
        ),
        "a folded light curve": table_file(
            tmp_path / "folded.fits", ["TIME", "FLUX"], primary={"CREATOR": "lightkurve.FoldedLightCurve.to_fits()"}
        ),
        "it lacks a time and a flux column": table_file(tmp_path / "catalogue.fits", ["RA", "DEC"]),
        "it lacks a flux column": table_file(tmp_path / "times.fits", ["TIME", "RA"]),
    }
    for message, path in made.items():
        for read in (read_light_curve, read_target):
            with pytest.raises(UnreadableLightCurve, match=message) as caught:
                read(path)
            assert str(caught.value).startswith(path.name)


def with_cards(path, **cards):
    with fits.open(path, mode="update") as file:
        file[0].header.update(cards)
    return path


def test_a_catalogue_number_may_be_text_with_a_point(tmp_path):
    path = with_cards(build("spoc_2min", tmp_path, SPOC), TICID="261136670.0", OBJECT="")
    assert read_target(path).tic == read_light_curve(path).target.tic == 261136670


@pytest.mark.parametrize("form", ["L", "16X", "4A"])
def test_flags_that_are_no_numbers_are_refused_when_the_file_is_registered(tmp_path, form):
    flags = {"L": FLAGS > 0, "16X": np.zeros((SAMPLES, 16), bool), "4A": np.full(SAMPLES, "GOOD")}[form]
    columns = [
        fits.Column("TIME", "D", unit="BJD - 2457000, days", array=SPOC["TIME"]),
        fits.Column("PDCSAP_FLUX", "E", unit="e-/s", array=SPOC["PDCSAP_FLUX"]),
        fits.Column("QUALITY", form, array=flags),
    ]
    primary = fits.PrimaryHDU(header=fits.Header({"TICID": 7, "SECTOR": 1, "TELESCOP": "TESS"}))
    path = tmp_path / "a.fits"
    fits.HDUList([primary, fits.BinTableHDU.from_columns(columns)]).writeto(path)
    why = rf"column QUALITY holds no numbers \(TFORM {form[-1]}\): name others with --columns"
    with pytest.raises(UnreadableLightCurve, match=why):
        read_light_curve(path)
    ws = Workspace.open(tmp_path / "ws")
    (refused,) = ws.ingest([path]).unreadable
    assert "column QUALITY holds no numbers" in refused[1]
    assert ws.ingest([path], columns="time=TIME flux=PDCSAP_FLUX").added == 1
