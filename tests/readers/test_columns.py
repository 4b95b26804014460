"""Columns that a person names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.columns import Columns

NAMES = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs"), exclude_characters='"'), min_size=1)


def test_pairs_in_one_word_or_several():
    wanted = Columns(time="TIME", flux="FLUX", err="E", quality="Q")
    assert Columns.parse("time=TIME flux=FLUX,err=E quality=Q") == wanted
    assert Columns.parse(["time=TIME", "flux=FLUX", "error=E", "quality=Q"]) == wanted


@given(*[NAMES.filter(lambda name: name.strip() == name)] * 3)
def test_what_is_stored_is_read_again(time, flux, err):
    columns = Columns(time, flux, err)
    assert Columns.parse(str(columns)) == columns


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("time=T", "no flux named"),
        ("flux=F", "no time named"),
        ("time=T flux=F mass=M", "name them as time=…"),
        ("time=T flux=F flux=G", "named twice"),
        ("time=T flux", "give pairs"),
        ("time= flux=F", "name them as"),
    ],
)
def test_what_is_no_naming(words, message):
    with pytest.raises(UnreadableLightCurve, match=message):
        Columns.parse(words)


def test_the_table_has_the_last_word_on_spelling():
    columns = Columns.parse("time=tmid_bjd flux=Flux")
    assert columns.found("time", ["TMID_BJD", "FLUX", "Flux"]) == "TMID_BJD"
    assert columns.found("flux", ["TMID_BJD", "FLUX", "Flux"]) == "Flux"
    assert columns.found("err", ["TMID_BJD"]) == ""
    with pytest.raises(UnreadableLightCurve, match="no column Flux; its columns: A"):
        columns.found("flux", ["A"])
    with pytest.raises(UnreadableLightCurve, match="2 columns are called Flux; its columns: FLUX, flux"):
        columns.found("flux", ["FLUX", "flux"])
