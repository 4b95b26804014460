"""What each light curve costs a ROC-AUC, against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from clara_engine.evaluate.ceiling import loss_by_part, loss_by_star, losses

few_scores = st.lists(st.integers(0, 5), min_size=1, max_size=12)  # few values, so that there are ties


def table(scores, seed=0):
    return pd.DataFrame({"seed": seed, "star": [f"TIC {i % 3}" for i in range(len(scores))], "score": scores})


@given(few_scores, few_scores)
def test_the_mean_loss_is_what_the_auc_lacks(injected, untouched):
    lost, taken = losses(table(injected), table(untouched))
    lacks = 1 - roc_auc_score(np.repeat([1, 0], [len(injected), len(untouched)]), [*injected, *untouched])
    assert lost.mean() == pytest.approx(lacks)
    assert taken.mean() == pytest.approx(lacks)


def test_scores_are_compared_within_a_seed():
    injected = pd.concat([table([1.0], seed=0), table([10.0], seed=1)], ignore_index=True)
    untouched = pd.concat([table([2.0], seed=0), table([9.0], seed=1)], ignore_index=True)
    lost, taken = losses(injected, untouched)
    assert (lost.tolist(), taken.tolist()) == ([1.0, 0.0], [1.0, 0.0])


def test_parts_and_stars_share_all_that_is_lost():
    lost, values = pd.Series([0.0, 0.2, 0.6, 0.2]), pd.Series([1.0, 5.0, 20.0, np.nan])
    parts = loss_by_part(lost, values, [0, 3, 10, np.inf])
    assert parts["loss"].tolist() == pytest.approx([0.0, 0.2, 0.6])  # the last is of no part
    assert parts["auc"].tolist() == pytest.approx([1.0, 0.8, 0.4])
    by_star = loss_by_star(pd.Series([0.1, 0.3, 0.4]), pd.Series(["a", "b", "a"]))
    assert by_star.to_dict() == pytest.approx({"a": 0.625, "b": 0.375})
    assert loss_by_star(pd.Series([0.0]), pd.Series(["a"])).tolist() == [0.0]
