"""Files of other programs are recognised by their content."""

import bz2
import lzma
import zipfile

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve

SIZE = 120


TIME = 1325 + np.arange(SIZE) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(SIZE))


def test_files_of_other_programs_are_refused_in_a_line(tmp_path):
    np.save(tmp_path / "TIC1.npy", FLUX)
    pd.DataFrame({"time": TIME, "flux": FLUX}).to_json(tmp_path / "TIC1.json")
    (tmp_path / "TIC1.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
    with zipfile.ZipFile(tmp_path / "TIC1.csv.zip", "w") as archive:
        archive.writestr("TIC1.csv", "time,flux\n1,2\n")
    for path in tmp_path.iterdir():
        with pytest.raises(UnreadableLightCurve, match="not a FITS file"):
            read_light_curve(path)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.fits.bz2", bz2.compress(bytes(9)), "packed with bzip2: unpack it first"),
        ("a.fits.xz", lzma.compress(bytes(9)), "packed with xz: unpack it first"),
        ("a.npz", b"PK\x03\x04", "a zip archive, as .zip, .xlsx and .npz are: unpack it, or save time and flux as"),
        ("a.npy", b"\x93NUMPY\x01\x00", "an array of NumPy: save time and flux as"),
        ("a.h5", b"\x89HDF\r\n\x1a\n", "an HDF5 file: save time and flux as"),
        ("a.fits", b"\n<!DOCTYPE html><html>404</html>", "a web page: the download failed, fetch it again"),
        ("a.csv", b"<html><body>\n404\n</body></html>\n", "a web page: the download failed, fetch it again"),
        ("a.csv", b"SIMPLE  =                    T" + bytes(99), "a FITS file: give it the ending .fits"),
        ("a.txt", b"PAR1" + bytes(99), "a Parquet table: give it the ending .parquet"),
    ],
)
def test_what_else_a_file_is_and_what_mends_it(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableLightCurve, match=rf"{name}: not a (FITS file|table), but {why}"):
        read_light_curve(tmp_path / name)
