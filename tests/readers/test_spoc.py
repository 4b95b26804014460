"""SPOC: recognised by its columns or by its origin; named by its cadence."""

from clara_engine.readers.spoc import LAYOUT, recognises
from tests.readers.headers_of import file_with


def test_it_is_recognised_by_columns_or_origin():
    assert recognises(file_with("TIME", "PDCSAP_FLUX"))
    assert recognises(file_with("TIME", "SAP_FLUX"))
    assert recognises(file_with("CADENCENO", TELESCOP="TESS", ORIGIN="NASA/Ames"))  # damaged, and named so
    assert not recognises(file_with("TIME", "FLUX", TELESCOP="TESS", ORIGIN="elsewhere"))
    assert not recognises(file_with("PDCSAP_FLUX"))


def test_full_frames_are_called_tess_spoc():
    assert [LAYOUT.product(file_with(), cadence) for cadence in (20, 120, 200, 1800)] == [
        "SPOC",
        "SPOC",
        "TESS-SPOC",
        "TESS-SPOC",
    ]
