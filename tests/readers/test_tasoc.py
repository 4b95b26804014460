"""TASOC: each way to correct is a product of its own."""

import pytest

from clara_engine.readers.tasoc import LAYOUT, recognises
from tests.readers.headers_of import file_with


def test_it_is_recognised_by_origin_or_columns():
    assert recognises(file_with(ORIGIN="TASOC/Aarhus"))
    assert recognises(file_with("TIME", "FLUX_CORR"))
    assert not recognises(file_with("FLUX_CORR"))
    assert not recognises(file_with("TIME", "FLUX", ORIGIN="NASA/Ames"))


@pytest.mark.parametrize(
    ("method", "product"),
    [("Ensemble", "TASOC"), (None, "TASOC"), ("CBV v3.2", "TASOC-CBV"), ("KASOC Filter", "TASOC-KASOC")],
)
def test_ways_to_correct(method, product):
    assert LAYOUT.product(file_with(table={"CORRMET": method} if method else {}), 1800.0) == product
