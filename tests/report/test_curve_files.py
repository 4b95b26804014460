"""Light curves and folds as files: read back by lightkurve, astropy and CLARA's own readers, with units."""

import warnings

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, detrend, fold
from clara_engine.readers import read_light_curve
from clara_engine.report.curve_files import CURVE_ENDINGS, file_name, fold_bytes, fold_table, light_curve_bytes

TRUE = Ephemeris(2.5, 1326.3, 0.2)
STAR = Target(tic=25155310, sector=2, tmag=10.5, ra=63.37, dec=-69.23, cadence_s=600.0, product="QLP", camera=4, ccd=1)


@pytest.fixture(scope="module")
def curve() -> LightCurve:
    time = 1325 + np.arange(0, 27, 10 / 1440)
    flux = 900 * (1 + np.random.default_rng(1).normal(0, 2e-4, time.size) - 0.01 * (abs(TRUE.away_days(time)) < 0.1))
    time[40], flux[50] = np.nan, np.nan
    quality = np.where(np.arange(time.size) % 50, 0, 128)
    return LightCurve(time=time, flux=flux, flux_err=np.full(time.size, 0.2), quality=quality, target=STAR)


def lightkurve_read(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lightkurve

        return lightkurve.read(path)


@pytest.mark.parametrize("ending", CURVE_ENDINGS)
@pytest.mark.parametrize("unit", ["e-/s", "relative"])
def test_a_written_light_curve_is_read_back(tmp_path, curve: LightCurve, ending: str, unit: str) -> None:
    written = curve if unit == "e-/s" else detrend(curve)
    path = tmp_path / file_name(STAR, "light-curve", ending)
    path.write_bytes(light_curve_bytes(written, ending, made=["flux: PDCSAP"]))
    read = read_light_curve(path)
    timed = written.select(np.isfinite(written.time))
    for name in ("time", "flux", "flux_err", "quality"):
        np.testing.assert_allclose(getattr(read, name), getattr(timed, name), rtol=1e-12)
    assert (read.flux_unit, read.target.star, read.target.sector) == (unit, "TIC 25155310", 2)
    assert round(read.target.cadence_s) == 600
    if ending == ".fits":
        assert read.target.product == "QLP"


def test_lightkurve_reads_the_fits_file_with_units(tmp_path, curve: LightCurve) -> None:
    path = tmp_path / "a.fits"
    path.write_bytes(light_curve_bytes(curve, ".fits", made=["flux: PDCSAP"]))
    read = lightkurve_read(path)
    timed = curve.select(np.isfinite(curve.time))
    np.testing.assert_allclose(read.time.btjd, timed.time, atol=1e-9)
    np.testing.assert_allclose(np.ma.filled(read.flux.value, np.nan), timed.flux)
    assert str(read.flux.unit) == "electron / s"
    with fits.open(path) as file:
        assert file[0].header["TICID"] == 25155310
        assert "flux: PDCSAP" in str(file[0].header["HISTORY"])
        assert file[1].columns["TIME"].unit == "BJD - 2457000, days"


def test_a_written_fold_has_phase_flux_time_and_means(tmp_path, curve: LightCurve) -> None:
    path = tmp_path / "fold.csv"
    path.write_bytes(fold_bytes(curve, TRUE, ".csv", made=["flux: PDCSAP"]))
    read = Table.read(path, format="ascii.ecsv")
    assert [str(read[name].unit) for name in ("flux_ppm", "time")] == ["1e-06", "d"]
    assert read.meta["period_days"] == 2.5
    assert read.meta["tic"] == 25155310
    assert -0.25 <= read["phase"].min() < read["phase"].max() < 0.75
    assert np.all(np.diff(read["phase"]) >= 0)
    np.testing.assert_allclose((read["time"] - 1326.3) / 2.5 - read["cycle"], read["phase"], atol=1e-9)
    expected = fold(curve, 2.5, 1326.3, first_phase=-0.25)
    here = np.argmin(abs(expected.bin_phase))
    rows = read[read["bin_phase"] == expected.bin_phase[here]]
    assert set(rows["bin_flux_ppm"]) == {expected.bin_flux_ppm[here]}
    assert np.median(rows["flux_ppm"]) == pytest.approx(expected.bin_flux_ppm[here])
    assert expected.bin_flux_ppm[here] == pytest.approx(-10_000, rel=0.02)


def test_lightkurve_reads_a_fold_and_our_reader_says_what_it_is(tmp_path, curve: LightCurve) -> None:
    path = tmp_path / "fold.fits"
    path.write_bytes(fold_bytes(curve, TRUE, ".fits"))
    read = lightkurve_read(path)
    assert type(read).__name__ == "FoldedLightCurve"
    shown = fold_table(curve, TRUE)
    np.testing.assert_allclose(np.asarray(read.phase.value, float), shown["phase"], atol=1e-9)
    np.testing.assert_allclose(1e6 * (np.asarray(read.flux.value, float) - 1), shown["flux_ppm"], atol=1e-6)
    assert read.period.value == 2.5
    with fits.open(path) as file:
        assert file["BINS"].columns.names == ["BIN_PHASE", "BIN_FLUX_PPM", "BIN_ERROR_PPM"]
        assert len(file["BINS"].data) == 100
    with pytest.raises(UnreadableLightCurve, match="a folded light curve"):
        read_light_curve(path)


def test_a_single_event_is_in_hours(curve: LightCurve) -> None:
    table = fold_table(curve, Ephemeris(np.nan, 1326.3, 0.2))
    assert str(table["hours"].unit) == "h"
    np.testing.assert_allclose(24 * (table["time"] - 1326.3), table["hours"], atol=1e-7)
    assert np.abs(table["hours"]).max() <= 24 * 0.6 + 1e-6


def test_flux_without_a_level_is_not_folded(curve: LightCurve) -> None:
    with pytest.raises(WorkspaceError, match="can't be folded: its median flux is"):
        fold_table(curve.with_flux(curve.flux - 950), TRUE)


def test_names_of_files_say_the_star() -> None:
    assert file_name(STAR, "fold", ".csv") == "TIC25155310-s0002-QLP-600-fold.csv"
    assert file_name(Target(tic=7, catalogue="KIC"), "fold", ".fits").startswith("KIC7-s0000-")
