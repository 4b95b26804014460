import gzip
import os
import re
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import Target
from clara_engine.readers import read_light_curve, read_target, write_spoc
from tests.readers.spoc_curve import light_curve


def table_file(
    path: Path, columns: dict[str, np.ndarray], units: dict[str, str] | None = None, **header: object
) -> Path:
    """A light curve written by astropy, which shares nothing with the writer under test."""
    units = units or {}
    forms = {"f": "E", "i": "J"}
    described = [
        fits.Column(name, "D" if name == "TIME" else forms[values.dtype.kind], array=values, unit=units.get(name))
        for name, values in columns.items()
    ]
    table = fits.BinTableHDU.from_columns(described, name="LIGHTCURVE")
    primary = fits.PrimaryHDU()
    primary.header.update(TELESCOP="TESS", ORIGIN="NASA/Ames", TICID=42, SECTOR=3)
    for key, value in header.items():
        table.header[key] = value
    fits.HDUList([primary, table]).writeto(path, overwrite=True)
    return path


def columns(samples: int = 50) -> dict[str, np.ndarray]:
    return {"TIME": 1325 + np.arange(samples) / 720, "PDCSAP_FLUX": np.sin(np.arange(samples)) + 100.0}


def test_unknown_facts_are_nan(tmp_path: Path) -> None:
    path = table_file(tmp_path / "tess2018206045859-s0003-0000000000000042-0120-s_lc.fits", columns())
    target = read_target(path)
    assert (target.tic, target.sector, target.simulated) == (42, 3, False)
    assert np.isnan([target.tmag, target.teff, target.radius, target.logg, target.ra, target.pmra]).all()
    assert target.cadence_s == pytest.approx(120)
    assert np.isnan(read_light_curve(path).flux_err).all()


@pytest.mark.filterwarnings("error")
def test_a_nan_that_signals_is_a_nan(tmp_path: Path) -> None:
    path = table_file(tmp_path / "signals.fits", columns() | {"PDCSAP_FLUX": np.arange(50.0) + 100})
    whole = path.read_bytes()
    path.write_bytes(whole.replace(np.array(107, ">f4").tobytes(), b"\x7f\xa0\0\0"))
    assert np.flatnonzero(np.isnan(read_light_curve(path).flux)).tolist() == [7]


def test_names_stand_in_for_missing_keywords(tmp_path: Path) -> None:
    path = table_file(tmp_path / "tess2018206045859-s0012-0000000000000077-0120-s_lc.fits", columns())
    with fits.open(path, mode="update") as hdus:
        del hdus[0].header["TICID"], hdus[0].header["SECTOR"]
    assert (read_target(path).tic, read_target(path).sector) == (77, 12)


def test_full_julian_dates_and_other_zero_points(tmp_path: Path) -> None:
    days = columns()
    full = table_file(tmp_path / "jd.fits", days | {"TIME": days["TIME"] + 2457000}, BJDREFI=2457000)
    kepler = table_file(tmp_path / "bkjd.fits", days | {"TIME": days["TIME"] + 2167}, BJDREFI=2454833)
    for path in (full, kepler):
        np.testing.assert_allclose(read_light_curve(path).time, days["TIME"], atol=1e-8)


def test_infinite_flux_is_nan(tmp_path: Path) -> None:
    given_columns = columns()
    given_columns["PDCSAP_FLUX"][[3, 7]] = np.inf, -np.inf
    flux = read_light_curve(table_file(tmp_path / "a.fits", given_columns)).flux
    assert np.flatnonzero(np.isnan(flux)).tolist() == [3, 7]


def changed(**new: np.ndarray) -> dict[str, np.ndarray]:
    return columns() | new


BAD_TABLES = {
    "no PDCSAP_FLUX column": {"TIME": columns()["TIME"], "BACKGROUND": np.ones(50)},
    "no TIME column": {"PDCSAP_FLUX": np.ones(50)},
    "PDCSAP_FLUX is NaN throughout": changed(PDCSAP_FLUX=np.full(50, np.nan)),
    "TIME is NaN throughout": changed(TIME=np.full(50, np.nan)),
    "no samples": columns(0),
    "one usable sample": columns(1),
    "PDCSAP_FLUX is constant": changed(PDCSAP_FLUX=np.full(50, 7.0)),
    "TESS did not observe": changed(TIME=-1325 - np.arange(50) / 720),
    "runs from 1.1448e": changed(TIME=columns()["TIME"] * 86400),
    "TIME does not advance": changed(TIME=np.full(50, 1325.0)),
}


@pytest.mark.parametrize("message", BAD_TABLES)
def test_bad_tables(tmp_path: Path, message: str) -> None:
    path = table_file(tmp_path / "bad.fits", BAD_TABLES[message])
    with pytest.raises(UnreadableLightCurve, match=rf"^bad\.fits: .*{message}") as caught:
        read_light_curve(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("units", "header", "message"),
    [
        ({"TIME": "s"}, {}, "TIME is in 's'; days are needed"),
        ({"TIME": "min"}, {}, "TIME is in 'min'; days are needed"),
        ({"PDCSAP_FLUX": "mag"}, {}, "PDCSAP_FLUX is in 'mag'"),
        ({}, {"TIMEDEL": 1 / 720 / 24}, "check TIME's unit"),
    ],
)
def test_wrong_units_and_headers(
    tmp_path: Path, units: dict[str, str], header: dict[str, object], message: str
) -> None:
    path = table_file(tmp_path / "bad.fits", columns(), units, **header)
    with pytest.raises(UnreadableLightCurve, match=message):
        read_light_curve(path)


def test_bad_files(tmp_path: Path) -> None:
    good = write_spoc(light_curve(), tmp_path / "good.fits").read_bytes()
    image = tmp_path / "image.fits"
    fits.PrimaryHDU(np.ones((3, 3))).writeto(image)
    contents = {
        "empty": b"",
        "not a FITS file": b"time,flux\n1,2\n",
        "truncated: ": good[:-5000],
        "truncated in a header": good[:4000],
        "truncated or damaged gzip": gzip.compress(good)[:-2000],
        "not a FITS": gzip.compress(b"hello"),
        "no valid TFORM": good.replace(b"TFORM1  = 'D", b"TFORM1  = '?"),
        "a header is damaged": good[:1000] + b"\xff" + good[1001:],
    }
    for message, content in contents.items():
        path = tmp_path / "bad.fits"
        path.write_bytes(content)
        with pytest.raises(UnreadableLightCurve, match=rf"bad\.fits: .*{message}"):
            read_light_curve(path)
    for path, message in ((image, "no table"), (tmp_path, "folder"), (tmp_path / "none.fits", "no such file")):
        for read in (read_light_curve, read_target):
            with pytest.raises(UnreadableLightCurve, match=message):
                read(path)
    with pytest.raises(UnreadableLightCurve, match="flux 'kspsap'"):
        read_light_curve(tmp_path / "good.fits", flux="kspsap")


@pytest.mark.skipif(not hasattr(os, "mkfifo") or os.geteuid() == 0, reason="the superuser may read every file")
def test_permission_denied(tmp_path: Path) -> None:
    path = write_spoc(light_curve(), tmp_path / "a.fits")
    path.chmod(0)
    with pytest.raises(UnreadableLightCurve, match="permission denied"):
        read_light_curve(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableLightCurve, match="not a regular file"):
        read_light_curve(tmp_path / "pipe")


@pytest.mark.filterwarnings("error")
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_damaged_bytes_never_crash(tmp_path: Path, data: st.DataObject) -> None:
    zipped = data.draw(st.booleans())
    content = bytearray(write_spoc(light_curve(60), tmp_path / ("a.fits.gz" if zipped else "a.fits")).read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    where = st.integers(0, max(0, len(content) - 1))
    for position in data.draw(st.lists(where, max_size=6)) if content else []:
        printable = data.draw(st.booleans())
        content[position] = data.draw(st.integers(32, 126) if printable else st.integers(0, 255))
    path = tmp_path / "damaged.fits"
    path.write_bytes(content)
    for read in (read_light_curve, read_target):
        message = ""
        try:
            found = read(path)
        except UnreadableLightCurve as error:
            message = str(error)
        else:
            target = found if isinstance(found, Target) else found.target
            assert target.id
        assert not message or re.fullmatch(r"damaged\.fits: [^\n]+", message)


def test_real_files_equal_astropy(shared_data: Path) -> None:
    paths = sorted((shared_data / "spoc_originals").glob("*.fits.gz"))
    paths += sorted((shared_data / "spoc_s0001_2min").glob("*.fits.gz"))[::20]
    assert len(paths) >= 10
    for path in paths:
        with fits.open(path) as hdus:
            theirs, header = Table(hdus[1].data), hdus[0].header
        ours = read_light_curve(path)
        names = {"time": "TIME", "flux": "PDCSAP_FLUX", "flux_err": "PDCSAP_FLUX_ERR", "quality": "QUALITY"}
        names |= {"centroid_column": "MOM_CENTR1", "centroid_row": "MOM_CENTR2"}
        for mine, column in names.items():
            np.testing.assert_array_equal(getattr(ours, mine), np.asarray(theirs[column]), err_msg=column)
        assert (ours.target.tic, ours.target.sector) == (header["TICID"], header["SECTOR"])
        assert ours.target.tmag == header["TESSMAG"]
        assert ours.target.cadence_s == pytest.approx(120)
        assert repr(ours.target) == repr(read_target(path))  # unknown numbers are unequal from Python 3.13 on


def test_full_frame_products_are_told_apart(shared_data: Path) -> None:
    (path,) = (shared_data / "other_products").glob("hlsp_tess-spoc*")
    target = read_target(path)
    assert (target.product, target.cadence_s, target.tic) == ("TESS-SPOC", 1800, 261136679)
