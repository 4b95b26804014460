"""How the ranking writes what a star is."""

import numpy as np
import pandas as pd

from clara_app.panes.ranking import kind_text, shown_columns, texts


def test_kinds_stand_in_the_ranking_with_their_chance() -> None:
    assert kind_text("binary", 0.881) == "binary .88"
    assert kind_text("none", 0.9999) == "none .99"
    assert kind_text(np.nan, np.nan) == "–"
    rows = pd.DataFrame({"rank": [1, 2], "kind": ["flare star", None], "kind_probability": [0.7, np.nan]})
    assert "kind" in shown_columns(rows)
    place = shown_columns(rows).index("kind")
    assert [row[place] for row in texts(rows)] == ["flare star .70", "–"]
    assert "kind" not in shown_columns(rows[["rank"]])
