"""Whose light curve a table is."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve

TIME = 1325 + np.arange(200) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(200))


def table(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_whose_light_curve(tmp_path):
    with pytest.raises(UnreadableLightCurve, match="whose light curve is it"):
        read_light_curve(table(tmp_path / "mine.csv", time=TIME, flux=FLUX))


@pytest.mark.parametrize("column", ["kepid", "KEPLERID", "kic"])
def test_numbers_of_k2_are_of_the_epic_whatever_their_column_is_called(tmp_path, column):
    bkjd = 2300 + np.arange(200) / 48
    curve = read_light_curve(table(tmp_path / "a.csv", **{column: np.full(200, 211000000)}, time=bkjd, flux=FLUX))
    assert curve.target.star == "EPIC 211000000"
    assert curve.time[0] == pytest.approx(2300 - 2167)
    kepler = read_light_curve(
        table(tmp_path / "b.csv", **{column: np.full(200, 11446443)}, time=bkjd - 1760, flux=FLUX)
    )
    assert kepler.target.star == "KIC 11446443"


def test_tables_of_k2sff_say_their_star_in_their_name(tmp_path):
    path = tmp_path / "hlsp_k2sff_k2_lightcurve_211000000-c05_kepler_v1_llc-default-aper.txt"
    lines = [f"{2300 + i / 48},{flux}" for i, flux in enumerate(FLUX)]
    path.write_text("\n".join(["BJD - 2454833,Corrected Flux", *lines]))
    curve = read_light_curve(path)
    assert curve.target.star == "EPIC 211000000"
    assert curve.time[0] == pytest.approx(2300 - 2167)
    assert curve.flux_unit == "relative"
