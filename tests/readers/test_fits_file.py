"""Headers understood card by card against a plain reading of all, and columns picked in passes against astropy."""

import gzip
import math
import re

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import fits_file
from clara_engine.readers.fits_file import open_fits
from clara_engine.readers.fits_header import Header

CARD = re.compile(r"([A-Z0-9_-]{1,8}) *= *(?:'((?:[^']|'')*)'|([TF])(?=[ /]|$)|([-+.0-9EDed]+)(?=[ /]|$))")


def every_card(cards: str) -> dict[str, object]:
    """All cards one after the other; the first with a value counts."""
    header: dict[str, object] = {}
    for start in range(0, len(cards), 80):
        if card := CARD.match(cards[start : start + 80]):
            key, text, truth, digits = card.groups()
            try:
                value = float(digits.replace("D", "E")) if digits else truth == "T"
            except ValueError:
                continue
            header.setdefault(key, text.replace("''", "'").strip() if text is not None else value)
    return header


KEYS = st.sampled_from(["A", "TTYPE1", "TTYPE10", "TTYPE11", "TELESCOP", "TEFF", "COMMENT", "", "teff"])
VALUES = st.sampled_from(["'TIME'", "''", "'it''s'", "'open", "T", "F", "TRUE", "1", "-2.5D3", "1E", "e", "", "/ none"])
EQUALS = st.sampled_from(["= ", "=", " = ", "  "])
CARDS = st.builds(
    lambda key, filled, equals, value: f"{key.ljust(8) if filled else key}{equals}{value}".ljust(80)[:80],
    KEYS,
    st.booleans(),
    EQUALS,
    VALUES,
)


@given(st.lists(CARDS, max_size=12))
def test_a_keyword_has_the_value_that_reading_all_cards_gives_it(cards):
    expected = every_card("".join(cards))
    header = Header("".join(cards).encode())
    assert dict(header) == expected
    assert len(header) == len(expected)
    for key in ("TTYPE1", "TTYPE10", "TELESCOP", "TEFF", "NAXIS"):
        assert header.get(key) == expected.get(key)
        assert (key in header) == (key in expected)


@pytest.fixture
def table(tmp_path):
    """A table of every kind of column, between two others."""
    rng = np.random.default_rng(1)
    n = 1000
    columns = [
        fits.Column("TIME", "D", array=rng.normal(size=n)),
        fits.Column("WORD", "5A", array=np.array(["ab", "", "cde"] * n)[:n]),
        fits.Column("PAIR", "2E", array=rng.normal(size=(n, 2))),
        fits.Column("WHOLE", "J", array=rng.integers(-5, 5, n), null=-1),
        fits.Column("SCALED", "I", array=rng.integers(0, 60_000, n).astype(np.uint16), bzero=32768),
        fits.Column("BYTE", "B", array=rng.integers(0, 9, n)),
    ]
    light_curve = fits.BinTableHDU.from_columns(columns, name="LIGHTCURVE")
    before = fits.BinTableHDU.from_columns([fits.Column("X", "D", array=np.zeros(9))], name="OTHER")
    path = tmp_path / "lc.fits"
    fits.HDUList([fits.PrimaryHDU(), before, light_curve, fits.ImageHDU(np.zeros((7, 7)))]).writeto(path)
    return path


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("bytes_a_pass", [1, 1000, 1 << 20])
def test_columns_are_those_that_astropy_reads_in_however_many_passes(table, monkeypatch, together, bytes_a_pass):
    monkeypatch.setattr(fits_file, "PASS", bytes_a_pass)
    with open_fits(table) as file, fits.open(table) as theirs:
        there = theirs["LIGHTCURVE"].data
        if together:
            file.table.read(("TIME", "WORD", "PAIR", "WHOLE", "BYTE"))
        for name in ("TIME", "PAIR", "SCALED", "BYTE"):
            np.testing.assert_array_equal(file.table.column(name), there[name])
            assert file.table.column(name).dtype.isnative
        whole = np.asarray(there["WHOLE"], float)
        np.testing.assert_array_equal(file.table.column("WHOLE"), np.where(whole == -1, math.nan, whole))
        assert file.table.text("WORD") == list(there["WORD"])


def test_a_file_that_shrinks_while_it_is_read_is_truncated(table):
    with open_fits(table) as file:
        size = table.stat().st_size
        with table.open("r+b") as stream:
            stream.truncate(size - 2880 * 10)
        with pytest.raises(UnreadableLightCurve, match=r"truncated: \d+ of \d+ bytes of data are missing"):
            file.table.column("TIME")


def test_every_table_must_be_whole_although_it_is_not_read(table):
    content = table.read_bytes()
    table.write_bytes(content[: len(content) - 2880])
    with pytest.raises(UnreadableLightCurve, match="truncated: 392 of 392 bytes of data are missing"):
        open_fits(table)


def test_a_zipped_file_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(fits_file, "LARGEST_UNZIPPED", 20_000)
    table = fits.BinTableHDU.from_columns([fits.Column("TIME", "D", array=np.arange(1500.0))])
    fits.HDUList([fits.PrimaryHDU(), table, table.copy()]).writeto(tmp_path / "a.fits")
    with open_fits(tmp_path / "a.fits") as file:
        assert file.table.column("TIME").size == 1500
    (tmp_path / "a.fits.gz").write_bytes(gzip.compress((tmp_path / "a.fits").read_bytes()))
    with pytest.raises(UnreadableLightCurve, match="unzips to more than 0 MB: unzip it first"):
        open_fits(tmp_path / "a.fits.gz")
