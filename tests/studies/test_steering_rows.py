"""The table of scores of the steering matrix."""

import numpy as np
import pandas as pd

from clara_engine.studies.steering_rows import SCORE_COLUMNS, scored


def test_a_row_names_contrast_event_star_and_strength():
    truth = pd.DataFrame({"background": ["7-s0001-SPOC-120", "KIC8-s0005-Kepler-1766"], "signal_to_noise": [9, np.nan]})
    table = scored(truth, "planets", "flares", 3, np.array([0.5, 0.75], np.float32))
    assert list(table) == SCORE_COLUMNS
    assert table["star"].tolist() == ["TIC 7", "KIC 8"]
    assert table["score"].dtype == np.float64
    assert table.loc[0, ["contrast", "event", "seed", "score", "signal_to_noise"]].tolist() == [
        "planets",
        "flares",
        3,
        0.5,
        9.0,
    ]
