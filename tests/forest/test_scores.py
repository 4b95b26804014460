import numpy as np

from clara_engine.forest import Scores


def scores(*anomaly):
    values = np.array(anomaly, float)
    return Scores(values, values / 10, 1 - values)


def test_rank_one_is_the_most_anomalous_and_ties_share_it():
    assert scores(0.1, 0.9, 0.9, 0.4).rank.tolist() == [4, 1, 1, 3]


def test_percentile_is_the_share_below_with_ties_half():
    assert scores(0.1, 0.9, 0.9, 0.4).percentile.tolist() == [12.5, 75, 75, 37.5]
    assert scores().percentile.size == 0


def test_joining_keeps_the_order():
    both = Scores.joined([scores(0.1, 0.2), scores(0.3)])
    assert both.anomaly.tolist() == [0.1, 0.2, 0.3]
    assert both.weirdness.tolist() == [0.9, 0.8, 0.7]
    assert len(Scores.joined([])) == 0
