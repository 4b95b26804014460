"""Products and tables that only lightkurve or astropy know."""

import numpy as np
import pytest
from astropy.io import fits

from clara_engine.readers import read_light_curve, read_target

pytestmark = pytest.mark.filterwarnings("ignore")


TIME = 1325.0 + np.arange(300) / 144


STAR = 1 + 1e-3 * np.random.default_rng(4).standard_normal(300)


def test_a_product_that_only_lightkurve_knows(tmp_path):
    """KEPSEISMIC: https://archive.stsci.edu/prepds/kepseismic, times are modified Julian dates."""
    mjd = 540 + np.arange(300) / 48 + 54832.5
    columns = [fits.Column("TIME", "D", array=mjd), fits.Column("FLUX", "D", unit="ppm", array=(STAR - 1) * 1e6)]
    first = fits.PrimaryHDU()
    first.header.update({"ORIGIN": "CEA & SSI", "TELESCOP": "Kepler", "KEPLERID": 757076, "OBJECT": "KIC 757076"})
    table = fits.BinTableHDU.from_columns(columns)
    fits.HDUList([first, table]).writeto(tmp_path / "kplr000757076_kepseismic.fits")
    read = read_light_curve(tmp_path / "kplr000757076_kepseismic.fits")
    assert (read.target.name, read.flux_unit) == ("KIC 757076", "relative")
    np.testing.assert_allclose(read.time, 540 - 2167 + np.arange(300) / 48, atol=1e-7)
    np.testing.assert_allclose(read.flux, STAR)


def test_an_unknown_table_is_tried_with_lightkurve(tmp_path):
    columns = [fits.Column("time", "D", array=TIME), fits.Column("flux", "D", unit="e-/s", array=500 * STAR)]
    table = fits.BinTableHDU.from_columns(columns)
    table.header.update({"BJDREFI": 2457000, "BJDREFF": 0.0, "TICID": 7})
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "unknown.fits")
    read = read_light_curve(tmp_path / "unknown.fits")
    np.testing.assert_allclose(read.time, TIME, atol=1e-8)
    np.testing.assert_allclose(read.flux, 500 * STAR)
    assert read.target.tic == read_target(tmp_path / "unknown.fits").tic == 7


def test_what_is_null_in_a_file_that_only_lightkurve_knows_is_missing(tmp_path):
    ppm = np.rint((STAR - 1) * 1e6).astype(int)
    ppm[::50] = -9999
    mjd = 540 + np.arange(300) / 48 + 54832.5
    columns = [fits.Column("TIME", "D", array=mjd), fits.Column("FLUX", "J", unit="ppm", array=ppm, null=-9999)]
    first = fits.PrimaryHDU()
    first.header.update({"ORIGIN": "CEA & SSI", "TELESCOP": "Kepler", "KEPLERID": 757076, "OBJECT": "KIC 757076"})
    path = tmp_path / "kplr000757076_kepseismic.fits"
    fits.HDUList([first, fits.BinTableHDU.from_columns(columns)]).writeto(path)
    read = read_light_curve(path)
    assert np.flatnonzero(np.isnan(read.flux)).tolist() == list(range(0, 300, 50))
    np.testing.assert_allclose(read.flux[1:50], STAR[1:50], atol=1e-6)
