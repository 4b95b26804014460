"""Light curves written as SPOC files are valid, and are read as they were."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from clara_engine.errors import ClaraError
from clara_engine.readers import read_light_curve, read_target, spoc_file_name, write_spoc
from tests.readers.spoc_curve import STAR, light_curve


def columns(samples: int = 50) -> dict[str, np.ndarray]:
    return {"TIME": 1325 + np.arange(samples) / 720, "PDCSAP_FLUX": np.sin(np.arange(samples)) + 100.0}


@pytest.mark.parametrize("suffix", [".fits", ".fits.gz"])
def test_what_is_written_is_read(tmp_path: Path, suffix: str) -> None:
    before = light_curve()
    path = write_spoc(before, tmp_path / f"curve{suffix}", sap_flux=before.flux + 1)
    after = read_light_curve(path)
    for name in ("time", "flux", "flux_err", "quality", "centroid_column", "centroid_row"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name), err_msg=name)
        assert getattr(after, name).dtype.isnative
    assert after.target == before.target == read_target(path)
    assert after.flux_unit == "e-/s"
    np.testing.assert_allclose(read_light_curve(path, flux="sap").flux, before.flux + 1, rtol=1e-6)


def test_what_is_written_is_valid_fits(tmp_path: Path) -> None:
    path = write_spoc(light_curve(), tmp_path / spoc_file_name(STAR))
    assert path.name == "tess2018206045859-s0001-0000009000000001-0120-s_lc.fits"
    with fits.open(path) as hdus:
        hdus.verify("exception")
        assert hdus[0].header["SIMDATA"] is True
        assert hdus["LIGHTCURVE"].columns["TIME"].unit == "BJD - 2457000, days"
        np.testing.assert_array_equal(hdus["LIGHTCURVE"].data["PDCSAP_FLUX"], light_curve().flux)
    assert (
        write_spoc(light_curve(), tmp_path / "a.gz").read_bytes()
        == write_spoc(light_curve(), tmp_path / "b.gz").read_bytes()
    )


def test_what_can_not_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(ClaraError, match=r"^a\.fits: can't be written"):
        write_spoc(light_curve(), tmp_path / "missing" / "a.fits")
    (tmp_path / "folder.fits").mkdir()
    with pytest.raises(ClaraError, match="can't be written"):
        write_spoc(light_curve(), tmp_path / "folder.fits")
    assert not list(tmp_path.glob("*.part"))
    for header in ({"TOOLONGKEY": 1}, {"NOTE": "x" * 69}, {"NOTE": "line\nbreak"}, {"NOTE": "Čapek"}):
        with pytest.raises(ClaraError, match="does not fit into a FITS header"):
            write_spoc(light_curve(), tmp_path / "b.fits", header=header)


def test_more_keywords_are_kept(tmp_path: Path) -> None:
    more = {"NOTE": "it's simulated", "SEED": 7, "TINY": 1.25e-30, "EMPTY": None, "FLAG": True}
    header = fits.getheader(write_spoc(light_curve(), tmp_path / "a.fits", header=more))
    assert {key: header[key] for key in ("NOTE", "SEED", "TINY", "FLAG")} == {
        k: v for k, v in more.items() if k != "EMPTY"
    }
    assert header["TESSMAG"] == 9.5


def test_lightkurve_reads_what_is_written(tmp_path: Path) -> None:
    import lightkurve

    path = write_spoc(light_curve(), tmp_path / spoc_file_name(STAR))
    theirs = lightkurve.TessLightCurve.read(path, format="tess", quality_bitmask="none")
    np.testing.assert_array_equal(theirs.flux.value, light_curve().flux)
