"""clara what: the kind of a star, why, and its flares."""

import numpy as np

from clara_engine import LightCurve, Target, Workspace
from clara_engine.periods import KINDS
from clara_engine.readers import write_spoc


def test_what_a_registered_star_is(clara, light_curve_folder, tmp_path):
    Workspace.open(tmp_path).ingest([light_curve_folder])
    found = clara("what", "1000", "-w", tmp_path, "--json").json()
    assert found["star"] == "SIM 1000"
    assert found["likeliest"] == found["kinds"][0]["kind"] == "planet candidate"
    assert {kind["kind"] for kind in found["kinds"]} == set(KINDS)
    for kind in found["kinds"]:
        assert np.isclose(kind["score"], sum(statement["points"] for statement in kind["statements"]))
    assert found["forest"] is None
    shown = clara("what", "1000", "-w", tmp_path)
    assert shown.out.startswith("SIM 1000: planet candidate (")
    assert "earth radii" in shown.out or "ppm deep" in shown.out


def test_flares_of_a_file_are_listed(clara, tmp_path):
    time = np.arange(0, 12, 2 / 1440)
    flux = 1 + np.random.default_rng(0).normal(0, 1e-3, time.size)
    flux += sum(0.05 * np.where(time < at, 0, np.exp(-np.abs(time - at) / 0.01)) for at in (3.2, 7.4))
    target = Target(tic=77, sector=3, teff=3200.0, radius=0.3, logg=4.9)
    write_spoc(LightCurve(time=1400 + time, flux=1e3 * flux, target=target), tmp_path / "tic77.fits")
    found = clara("what", tmp_path / "tic77.fits", "--json").json()
    assert found["likeliest"] == "flare star"
    assert [round(flare["peak_btjd"], 1) for flare in found["flares"]] == [1403.2, 1407.4]
    assert found["flares_upside_down"] == 0
    shown = clara("what", tmp_path / "tic77.fits", "--every").out
    assert "2 flares in" in shown
    assert all(kind in shown for kind in KINDS)
