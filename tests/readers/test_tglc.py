"""TGLC: recognised by its origin or by its calibrated flux."""

import pytest

from clara_engine.readers.tglc import recognises
from tests.readers.headers_of import file_with


@pytest.mark.parametrize(
    "file",
    [file_with(ORIGIN="UCSB/TGLC"), file_with("TIME", "CAL_APER_FLUX"), file_with("TIME", "CAL_PSF_FLUX")],
)
def test_it_is_recognised(file):
    assert recognises(file)


def test_others_are_not():
    assert not recognises(file_with("TIME", "APERTURE_FLUX", ORIGIN="NASA/Ames"))
