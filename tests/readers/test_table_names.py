"""Names of columns as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.readers.table_names import STARS, first_of, is_time, name_and_unit, plain, sector_in, star_in


@pytest.mark.parametrize(
    ("column", "name", "unit"),
    [
        ("Time [d]", "time", "d"),
        ("flux_ppm", "flux", "ppm"),
        ("Flux (e-/s)", "flux", "e-/s"),
        ("PDCSAP_FLUX", "pdcsapflux", ""),
        ("flux err", "fluxerr", ""),
        ("ppm", "ppm", ""),  # the whole name is no ending
    ],
)
def test_name_and_unit(column, name, unit):
    assert name_and_unit(column) == (name, unit)


@given(st.sampled_from(sorted(STARS)), st.sampled_from(["", " ", "_", "-"]), st.booleans())
def test_blanks_signs_and_capitals_do_not_matter(name, sign, capitals):
    written = sign.join(name)
    assert plain(written.upper() if capitals else written) == name


@pytest.mark.parametrize("column", ["BJD - 2457000", "time_bkjd", "TIME", "JD", "BTJD (days)", "t", "BJD_TDB"])
def test_times(column):
    assert is_time(column)


@pytest.mark.parametrize("column", ["flux", "timer", "exposure", "2457000", "duration"])
def test_no_times(column):
    assert not is_time(column)


def test_the_preferred_name_wins_and_of_one_name_the_first_column():
    there = ["Flux", "SAP_FLUX", "PDCSAP_FLUX", "flux"]
    assert first_of(("pdcsapflux", "flux"), there) == "PDCSAP_FLUX"
    assert first_of(("flux",), there) == "Flux"
    assert first_of(("quality",), there) is None


@given(st.integers(0, 9999), st.sampled_from(["{}", "s{:04d}", "Sector {}", "Q{}", "campaign-{}", "{}.0"]))
def test_sectors_in_words(number, form):
    assert sector_in(form.format(number)) == number


@pytest.mark.parametrize("cell", ["", "one", "1.5", "s12345", "1 2"])
def test_no_sectors(cell):
    assert sector_in(cell) is None


@given(st.integers(1, 10**9), st.sampled_from(["TIC", "KIC", "EPIC"]), st.sampled_from([" ", "-", "_", ""]))
def test_named_stars(number, catalogue, sign):
    assert star_in(f"star {catalogue.lower()}{sign}{number:011d}.csv") == (catalogue, number)


@pytest.mark.parametrize("text", ["kplr12345678", "ATIC 5", "TIC", "Vega"])
def test_text_without_a_star(text):
    assert star_in(text) is None
