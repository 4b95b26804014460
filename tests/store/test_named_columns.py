"""Files of no known product, with columns that a person names once."""

import os
import shutil

import numpy as np
import pytest
from astropy.io import fits

from clara_engine import Workspace
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve
from clara_engine.studies.extract import extract_features

NAMED = "time=DAY flux=PHOT err=SIGMA quality=BAD"


def foreign_file(path, tic, samples=4000):
    rng = np.random.default_rng(tic)
    columns = [
        fits.Column("DAY", "D", unit="MJD", array=58324.5 + np.arange(samples) / 720),
        fits.Column("PHOT", "D", unit="ppm", array=rng.normal(0, 300, samples)),
        fits.Column("SIGMA", "D", array=np.full(samples, 300.0)),
        fits.Column("BAD", "J", array=np.arange(samples) % 7 == 0),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    table.header["TICID"] = tic
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    return path


def test_a_file_is_read_as_a_person_says(tmp_path):
    path = foreign_file(tmp_path / "a.fits", 7)
    with pytest.raises(UnreadableLightCurve, match="it lacks a time and a flux column; its columns: DAY, PHOT"):
        read_light_curve(path)
    curve = read_light_curve(path, columns=NAMED)
    assert curve.time[0] == pytest.approx(1325.0)
    assert (curve.target.tic, curve.flux_unit) == (7, "relative")
    assert np.nanmedian(curve.flux) == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(curve.flux_err, 3e-4)
    assert (curve.quality != 0).sum() == 572
    with pytest.raises(UnreadableLightCurve, match=r"a\.fits: no column NIGHT; its columns: DAY"):
        read_light_curve(path, columns="time=NIGHT flux=PHOT")


def test_what_was_named_is_kept_with_the_target(tmp_path):
    for tic in (7, 8):
        foreign_file(tmp_path / f"{tic}.fits", tic)
    workspace = Workspace.open(tmp_path / "workspace")
    assert len(workspace.ingest([tmp_path / "7.fits", tmp_path / "8.fits"]).unreadable) == 2
    added = workspace.ingest([tmp_path / "7.fits", tmp_path / "8.fits"], columns=NAMED)
    assert (added.added, added.unreadable) == (2, ())
    again = workspace.ingest([tmp_path / "7.fits", tmp_path / "8.fits"])
    assert (again.added, again.known, again.unreadable) == (0, 2, ())
    os.utime(tmp_path / "7.fits", (1, 1))
    assert workspace.ingest([tmp_path / "7.fits"]).unreadable == ()  # a changed file keeps its names
    (first, _) = workspace.targets.ids()
    assert workspace.targets.light_curve(first).flux_unit == "relative"
    assert extract_features(workspace, "flux_power", workers=1) == 2
    other = workspace.ingest([tmp_path / "7.fits"], columns="time=DAY flux=PHOT")
    assert other.added == 1
    assert np.isnan(workspace.targets.light_curve(first).flux_err).all()


def test_what_was_named_is_kept_in_a_copy_of_the_workspace(tmp_path):
    path = foreign_file(tmp_path / "7.fits", 7)
    workspace = Workspace.open(tmp_path / "workspace")
    workspace.ingest([path], columns=NAMED)
    copy = Workspace.open(shutil.copytree(workspace.folder, tmp_path / "copy"))
    (target_id,) = copy.targets.ids()
    assert copy.targets.columns_of(path) == NAMED
    assert copy.targets.columns_of(tmp_path / "other.fits") == ""
    assert copy.targets.light_curve(target_id).flux_unit == "relative"
    assert extract_features(copy, "flux_power", workers=1) == 1
