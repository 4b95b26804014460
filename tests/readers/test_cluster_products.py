"""CDIPS and PATHOS: each is recognised alone, by origin or columns."""

import pytest

from clara_engine.readers.cluster_products import LAYOUTS
from tests.readers.headers_of import file_with


@pytest.mark.parametrize(
    ("file", "names"),
    [
        (file_with(ORIGIN="CDIPS team"), ["CDIPS"]),
        (file_with("TMID_BJD", "IRM1", "TFA1"), ["CDIPS"]),
        (file_with("TIME", "PSF_FLUX_RAW", "PSF_FLUX_COR"), ["PATHOS"]),
        (file_with("TIME", "PSF_FLUX_RAW"), []),
    ],
)
def test_each_is_recognised_alone(file, names):
    assert [layout.name for layout, recognises in LAYOUTS if recognises(file)] == names
