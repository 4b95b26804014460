"""QLP: recognised by its origin, or by its fluxes of early and late sectors."""

import pytest

from clara_engine.readers.qlp import recognises
from tests.readers.headers_of import file_with


@pytest.mark.parametrize(
    "file", [file_with(ORIGIN="MIT/QLP"), file_with("TIME", "KSPSAP_FLUX"), file_with("TIME", "DET_FLUX")]
)
def test_it_is_recognised(file):
    assert recognises(file)


def test_others_are_not():
    assert not recognises(file_with("TIME", "SAP_FLUX", ORIGIN="NASA/Ames"))
