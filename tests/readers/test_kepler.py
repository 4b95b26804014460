"""Kepler and K2: recognised by telescope and fluxes; the mission decides the catalogue."""

import pytest

from clara_engine.readers.kepler import LAYOUT, catalogue, recognises
from tests.readers.headers_of import file_with


def test_it_needs_the_telescope_and_the_missions_own_fluxes_or_origin():
    assert recognises(file_with("TIME", "PDCSAP_FLUX", TELESCOP="Kepler"))
    assert recognises(file_with("TIME", TELESCOP="Kepler", ORIGIN="NASA/Ames"))
    assert not recognises(file_with("TIME", "FCOR", TELESCOP="Kepler", ORIGIN="CfA"))
    assert not recognises(file_with("TIME", "PDCSAP_FLUX", TELESCOP="TESS"))


@pytest.mark.parametrize(
    ("primary", "whose", "product"),
    [({"QUARTER": 5}, "KIC", "Kepler"), ({"CAMPAIGN": 1}, "EPIC", "K2"), ({"MISSION": "K2"}, "EPIC", "K2")],
)
def test_numbers_are_of_the_kic_or_the_epic(primary, whose, product):
    file = file_with(**primary)
    assert (catalogue(file), LAYOUT.product(file, 1766.0)) == (whose, product)
