"""Tables that are kept by all that fixes them."""

import pandas as pd

from clara_engine.results.kept import Kept


def test_a_table_is_made_once_for_the_same_facts(workspace):
    kept, made = Kept(workspace.cache), []

    def make():
        made.append(1)
        return pd.DataFrame({"a": [1.5, 2.5]})

    first = kept.table({"seed": 1, "name": "x"}, make)
    again = Kept(workspace.cache).table({"name": "x", "seed": 1}, make)
    pd.testing.assert_frame_equal(first, again)
    assert len(made) == 1
    kept.table({"seed": 2, "name": "x"}, make)
    assert len(made) == 2
