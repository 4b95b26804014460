"""FITS files that are no light curves are refused with what they are."""

import pickle

import numpy as np
import pytest
from astropy.io import fits

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve

SIZE = 120


TIME = 1325 + np.arange(SIZE) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(SIZE))


def table(path, *columns, **primary):
    first = fits.PrimaryHDU()
    first.header.update({"TELESCOP": "TESS", "ORIGIN": "NASA/Ames", "TICID": 3, "SECTOR": 1} | primary)
    fits.HDUList([first, fits.BinTableHDU.from_columns(columns)]).writeto(path)


def test_fits_files_that_are_no_light_curves(tmp_path):
    time = fits.Column("TIME", "D", array=TIME)
    table(tmp_path / "dim.fits", time, fits.Column("FLUX", "4D", dim="(2,2)", array=np.ones((SIZE, 2, 2))))
    whole = [fits.Column(name, f"{SIZE}D", array=values[None]) for name, values in (("TIME", TIME), ("FLUX", FLUX))]
    table(tmp_path / "row.fits", *whole)
    pixels = [fits.Column(name, "4E", dim="(2,2)", array=np.ones((SIZE, 2, 2))) for name in ("RAW_CNTS", "FLUX")]
    table(tmp_path / "pixels.fits", time, *pixels)
    table(tmp_path / "none.fits", *(fits.Column(name, "D", array=[]) for name in ("TIME", "PDCSAP_FLUX")))
    fits.PrimaryHDU(np.ones((9, 9))).writeto(tmp_path / "image.fits")
    (tmp_path / "pickle.fits").write_bytes(pickle.dumps(FLUX))
    for name, said in [
        ("dim", "no PDCSAP_FLUX column"),
        ("row", "no PDCSAP_FLUX column"),
        ("pixels", "a target pixel file"),
        ("none", "is empty"),
        ("image", "holds no table"),
        ("pickle", "not a FITS file"),
    ]:
        with pytest.raises(UnreadableLightCurve, match=rf"^{name}\.fits: .*{said}"):
            read_light_curve(tmp_path / f"{name}.fits")
