"""Target pixel files: the one beside a light curve, its image, its aperture, and where its pixels are."""

import numpy as np
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import Target
from clara_engine.readers.target_pixels import pixels_beside, read_target_pixels
from tests.readers.pixel_files import write_target_pixels

STAR = Target(tic=25155310, sector=1, ra=63.3739, dec=-69.2268)
NAME = "tess2018206045859-s{sector:04d}-{tic:016d}-0120-s_tp.fits"


def name_of(**changes: int) -> str:
    return NAME.format(**({"sector": STAR.sector, "tic": STAR.tic} | changes))


def test_the_file_of_the_same_star_and_sector_is_found(tmp_path) -> None:
    curve = tmp_path / "tess_lc.fits"
    assert pixels_beside(curve, STAR) is None
    write_target_pixels(tmp_path / name_of(sector=2), Target(tic=STAR.tic, sector=2, ra=1.0, dec=1.0))
    write_target_pixels(tmp_path / name_of(tic=7), Target(tic=7, sector=1, ra=1.0, dec=1.0))
    assert pixels_beside(curve, STAR) is None
    mine = write_target_pixels(tmp_path / name_of(), STAR)
    assert pixels_beside(curve, STAR) == mine


def test_image_aperture_and_places_on_the_sky(tmp_path) -> None:
    found = read_target_pixels(write_target_pixels(tmp_path / name_of(), STAR))
    assert found.flux.shape == found.aperture.shape == (11, 11)
    assert np.nanargmax(found.flux) == 60
    assert found.flux[5, 5] == pytest.approx(2040)  # a flagged image counts for nothing
    assert np.isnan(found.flux[0, 0])
    assert found.aperture.sum() == 9
    centre = found.corner_ra[5, 5].mean(), found.corner_dec[5, 5].mean()
    assert centre == pytest.approx((STAR.ra, STAR.dec), abs=1e-5)
    side = np.hypot(
        np.diff(found.corner_ra[5, 5, :2])[0] * np.cos(np.radians(STAR.dec)), np.diff(found.corner_dec[5, 5, :2])[0]
    )
    assert 3600 * side == pytest.approx(21.0, rel=1e-3)


def test_what_is_none_is_said(tmp_path) -> None:
    bad = tmp_path / name_of()
    bad.write_bytes(b"SIMPLE  =                    T and no more")
    with pytest.raises(UnreadableLightCurve, match="no target pixels"):
        read_target_pixels(bad)
    assert pixels_beside(tmp_path / "a_lc.fits", STAR) is None
