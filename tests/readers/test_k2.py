"""Products of K2 by others: each is recognised alone."""

import pytest

from clara_engine.readers.k2 import LAYOUTS
from tests.readers.headers_of import file_with

FILES = {
    "K2SFF": file_with("T", "FCOR", "ARCLENGTH"),
    "EVEREST": file_with("TIME", "FRAW", "CADN", "FCOR"),
    "halo": file_with("TIME", "FLUX", name="hlsp_halo_k2_llc_200233186.fits", TELESCOP="Kepler"),
}


@pytest.mark.parametrize("name", FILES)
def test_each_is_recognised_alone(name):
    assert [layout.name for layout, recognises in LAYOUTS if recognises(FILES[name])] == [name]


def test_k2sc_needs_its_extension():
    file = file_with("TIME", "FLUX", CREATOR="k2sc 2.0")
    found = {layout.name: recognises for layout, recognises in LAYOUTS}["K2SC"]
    assert not found(file)
    file.named = lambda name: object() if name == "PDC" else None
    assert found(file)


def test_numbers_are_of_the_epic():
    assert {layout.catalogue(file_with()) for layout, _ in LAYOUTS} == {"EPIC"}
