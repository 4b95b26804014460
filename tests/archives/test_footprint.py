"""Cameras that see a star: against the headers of real light curves, and the ends of the ecliptic."""

from datetime import date

import pytest

from clara_engine.archives.footprint import camera_of, sectors_seeing
from clara_engine.archives.manifest import pointings, sectors


@pytest.fixture(scope="module")
def table():
    return pointings()


def test_pointings_follow_each_other_and_agree_with_the_table_of_sectors(table):
    found = {pointing.number: (pointing.start, pointing.end) for pointing in table.pointing}
    assert list(found) == list(range(1, len(found) + 1))
    assert {sector.number: (sector.start, sector.end) for sector in sectors().sector}.items() <= found.items()


# Pi Mensae, WASP-121, HD 21749, TOI-700: sectors with light curves of two minutes, by MAST
@pytest.mark.parametrize(
    ("ra", "dec", "seen", "unseen"),
    [
        (84.29, -80.47, {1, 4, 8, 11, 12, 13}, {2, 3, 5, 6, 7}),
        (107.60, -39.10, {7, 33, 34, 61}, {1, 2, 5, 6, 8, 13}),
        (51.75, -63.50, {1, 2, 3, 4}, {5, 9, 12}),
    ],
)
def test_stars_whose_sectors_are_known(table, ra, dec, seen, unseen):
    found = {one.sector for one in sectors_seeing(table, ra, dec)}
    assert seen <= found
    assert not unseen & found


def test_only_sectors_to_come(table):
    day = date(2027, 1, 1)
    found = sectors_seeing(table, 270.0, 66.56, after=day)
    assert found
    assert all(one.end > day for one in found)


def test_a_place_behind_the_spacecraft_is_seen_by_no_camera(table):
    first = table.pointing[0]
    assert camera_of(first, (first.ra + 180) % 360, -first.dec) is None


def test_every_real_light_curve_lies_in_the_camera_of_its_header(table, shared_data):
    from astropy.io import fits

    found, right = 0, 0
    by_number = {pointing.number: pointing for pointing in table.pointing}
    places = sorted((shared_data / "spoc_s0001_2min").glob("*.fits*"))[::6]
    for place in [*places, *sorted((shared_data / "spoc_originals").glob("*.fits*"))]:
        header = fits.getheader(place)
        if header.get("CAMERA"):
            found += 1
            right += camera_of(by_number[header["SECTOR"]], header["RA_OBJ"], header["DEC_OBJ"]) == header["CAMERA"]
    assert found > 15
    assert right == found
