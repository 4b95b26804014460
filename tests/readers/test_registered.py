"""A registered file is read only while it holds the light curve that it was registered with."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import write_spoc
from clara_engine.readers.registered import read_registered


def written(path, **facts):
    target = Target(tic=5, sector=2, cadence_s=120.0, simulated=True)
    time = 1354 + np.arange(300) / 720
    flux = np.random.default_rng(1).normal(1e4, 3, 300)
    curve = LightCurve(time=time, flux=flux, target=target.__class__(**({"tic": 5, "sector": 2} | facts)))
    write_spoc(curve, path)
    return curve


def test_what_was_registered_comes_back(tmp_path):
    path = tmp_path / "curve.fits"
    written(path)
    assert len(read_registered(path, "5-s0002-SPOC-120").flux) == 300


def test_a_part_of_a_sector_keeps_its_id(tmp_path):
    path = tmp_path / "curve.fits"
    written(path)
    assert read_registered(path, "5-s0002-SPOC-120-b").target.id == "5-s0002-SPOC-120-b"


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"tic": 6}, "another star: TIC 6, sector 2"), ({"sector": 3}, "another sector: TIC 5, sector 3")],
)
def test_another_star_or_sector_is_refused(tmp_path, facts, words):
    path = tmp_path / "curve.fits"
    written(path, **facts)
    with pytest.raises(UnreadableLightCurve, match=words):
        read_registered(path, "5-s0002-SPOC-120")
