"""What the cards of a header say of its data, against astropy; and that it is worked out once for files alike."""

import math

import numpy as np
import pytest
from astropy.io import fits

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.fits_header import Header
from clara_engine.readers.fits_structure import columns_of, extent_of

ROWS = 7


@pytest.fixture
def table() -> fits.BinTableHDU:
    columns = [
        fits.Column("TIME", "D", unit="BJD - 2457000, days", array=np.arange(ROWS)),
        fits.Column("FLAGS", "J", null=-1, array=np.arange(ROWS)),
        fits.Column("WORD", "5A", array=["ab"] * ROWS),
        fits.Column("PAIR", "2E", unit="e-/s", array=np.ones((ROWS, 2))),
        fits.Column("SCALED", "I", array=np.arange(ROWS).astype(np.uint16), bzero=32768),
    ]
    made = fits.BinTableHDU.from_columns(columns, name="LightCurve")
    made.header["OBJECT"] = "TIC 7"
    return made


def header_of(hdu: fits.BinTableHDU) -> Header:
    return Header(hdu.header.tostring(sep="", endcard=False, padding=False).encode())


def test_tables_are_described_as_astropy_does(table):
    structure = header_of(table).structure
    extent, columns = extent_of(structure), columns_of(structure)
    assert (extent.table, extent.name) == (True, "LIGHTCURVE")
    assert extent.size == columns.rows * columns.row_bytes == table.header["NAXIS1"] * table.header["NAXIS2"]
    assert {name: column.offset for name, column in columns.named.items()} == {
        name: table.data.dtype.fields[name][1] for name in table.data.dtype.names
    }
    time, flags, scaled = (columns.named[name] for name in ("TIME", "FLAGS", "SCALED"))
    assert time.unit == "BJD - 2457000, days"
    assert math.isnan(time.null)
    assert (flags.null, scaled.zero, scaled.scale) == (-1, 32768, 1)


def test_the_star_does_not_change_the_structure(table):
    one = header_of(table)
    table.header["OBJECT"] = "TIC 8"
    other = header_of(table)
    assert one.structure == other.structure
    assert columns_of(one.structure) is columns_of(other.structure)


@pytest.mark.parametrize(("key", "value"), [("TUNIT1", "d"), ("TNULL2", -9), ("TFORM4", "2D"), ("NAXIS2", 3)])
def test_what_tells_of_the_data_does(table, key, value):
    before = header_of(table).structure
    table.header[key] = value
    assert header_of(table).structure != before


def test_of_a_card_that_comes_twice_the_first_counts_and_a_damaged_one_does_not():
    cards = ["XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = ?", "NAXIS   = 2", "NAXIS1  = 4", "NAXIS1  = 5"]
    cards += ["NAXIS2  = 6", "OBJECT  = 'TIC 7'", "PCOUNT  = 1"]
    structure = Header("".join(card.ljust(80) for card in cards).encode()).structure
    assert extent_of(structure).size == 4 * 6 + 1


@pytest.mark.parametrize(
    ("cards", "reason"),
    [
        (["BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = -4"], "no valid size"),
        (["BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 1E12"], "too much for a light curve"),
        (["BITPIX  = 8", "NAXIS   = 9E99"], "NAXIS is 9e.99, and 999 is the most"),
    ],
)
def test_sizes_that_cant_be_are_refused(cards, reason):
    with pytest.raises(UnreadableLightCurve, match=reason):
        extent_of(Header("".join(card.ljust(80) for card in cards).encode()).structure)


@pytest.mark.parametrize(("form", "reason"), [("?", "no valid TFORM"), ("9D", "wider than the rows")])
def test_columns_that_cant_be_are_refused(form, reason):
    cards = ["NAXIS1  = 8", "NAXIS2  = 2", "TFIELDS = 1", f"TFORM1  = '{form}'", "TTYPE1  = 'TIME'"]
    with pytest.raises(UnreadableLightCurve, match=reason):
        columns_of(Header("".join(card.ljust(80) for card in cards).encode()).structure)
