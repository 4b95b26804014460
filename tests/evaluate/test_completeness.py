import numpy as np
import pandas as pd

from clara_engine.evaluate.completeness import completeness, completeness_text
from clara_engine.evaluate.rates import clustered_interval


def test_each_fact_counts_every_event_once():
    rng = np.random.default_rng(0)
    snr = 10 ** rng.uniform(0, 2, 400)
    injected = pd.DataFrame(
        {"signal_to_noise": snr, "tmag": rng.uniform(7, 14, 400), "camera": rng.integers(1, 5, 400), "found": snr > 7}
    )
    injected["star"] = rng.integers(0, 60, 400).astype(str)
    injected["crowdsap"] = np.nan
    table = completeness(injected)
    assert set(table["by"]) == {"signal_to_noise", "tmag", "camera"}
    assert (table.groupby("by")["n"].sum() == 400).all()
    by_snr = table[table["by"] == "signal_to_noise"]
    assert by_snr["recovery"].tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert table[table["by"] == "camera"]["from"].tolist() == [1, 2, 3, 4]
    third = injected[injected["camera"] == 3]
    row = table[(table["by"] == "camera") & (table["from"] == 3)].iloc[0]
    assert (row["low"], row["high"]) == clustered_interval(third["found"], third["star"])
    assert completeness(injected[["found", "star"]]).empty


def test_a_fact_that_is_the_same_everywhere_is_one_part():
    injected = pd.DataFrame({"tmag": 10.0, "found": [True, False], "star": ["a", "b"]})
    assert completeness(injected)["n"].tolist() == [2]
    assert completeness_text(completeness(injected)) == "Tmag 10 0.50"
    strong = pd.DataFrame({"signal_to_noise": [2.0, 40.0], "found": [False, True], "star": ["a", "b"]})
    assert completeness_text(completeness(strong)) == "signal-to-noise 0–3 0.00, 30 up 1.00"
