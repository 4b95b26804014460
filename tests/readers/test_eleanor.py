"""eleanor: recognised by its corrected flux; its light version has a name of its own."""

from clara_engine.readers.eleanor import LAYOUT, recognises
from tests.readers.headers_of import file_with


def test_it_is_recognised_by_its_columns():
    assert recognises(file_with("TIME", "CORR_FLUX"))
    assert not recognises(file_with("CORR_FLUX"))
    assert not recognises(file_with("TIME", "RAW_FLUX"))


def test_the_light_version_is_named():
    assert LAYOUT.product(file_with(LITE=True), 1800.0) == "eleanor-lite"
    assert LAYOUT.product(file_with(), 1800.0) == "eleanor"
