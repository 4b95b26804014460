"""Which labels say no."""

import pandas as pd

from clara_engine.store.yes_no import says_no


def test_a_nought_beside_a_one_says_no_and_beside_a_five_is_a_class():
    rows = [("eb", "0", "a"), ("eb", "1", "a"), ("kind", "0", "a"), ("kind", "5", "a"), ("kind", "No", "b")]
    labels = pd.DataFrame(rows, columns=["family", "value", "source"])
    assert says_no(labels).tolist() == [True, False, False, False, True]
