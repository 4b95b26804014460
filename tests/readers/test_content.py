"""Files of other programs are recognised by their content."""

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
