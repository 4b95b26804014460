"""Null light curves of a workspace: which are made, and that none is made twice."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import DesignError
from clara_engine.features import feature_set
from clara_engine.studies.extract import extract_features
from clara_engine.studies.nulls import MOST_COPIES, NullPlan, null_features
from clara_engine.synthetic.nulls import null_light_curve


@given(st.integers(1, 80), st.integers(1, 3), st.integers(20, 200), st.integers(0, 99))
def test_stars_come_before_copies(count, sectors, most, seed):
    ids = [f"{star}-s{sector}" for star in range(count) for sector in range(sectors)]
    stars = pd.Series({target_id: target_id.split("-")[0] for target_id in ids})
    chosen = NullPlan(most=most, seed=seed).choose(ids, stars)
    assert len(set(chosen)) == len(chosen) <= most
    of_star = pd.Series([stars[target_id] for target_id, _ in chosen]).value_counts()
    assert len(of_star) == min(count, most)
    assert (of_star == min(MOST_COPIES, most // len(of_star))).all()
    assert len({target_id for target_id, _ in chosen}) == len(of_star)
    assert chosen == NullPlan(most=most, seed=seed).choose(ids[::-1], stars)
    assert {number for _, number in chosen} == set(range(of_star.iloc[0]))


def test_they_are_kept(workspace, monkeypatch):
    extract_features(workspace, "flux_power")
    ids = workspace.targets.ids()[:5]
    wanted = [(target_id, number) for target_id in ids for number in (0, 1)]
    made = null_features(workspace, wanted, "flux_power")
    assert made.target_ids == [target_id for target_id, _ in wanted]
    curve = null_light_curve(workspace.targets.light_curve(ids[1]), 1)
    np.testing.assert_allclose(made.rows[3], np.float32(feature_set("flux_power").compute(curve)))
    monkeypatch.setattr("clara_engine.studies.nulls.extract", lambda *_, **__: pytest.fail("made anew"))
    again = null_features(workspace, wanted[::-1], "flux_power")
    np.testing.assert_array_equal(again.rows[::-1], made.rows)


def test_a_file_that_is_gone_leaves_the_others(workspace_of_copies):
    workspace = workspace_of_copies
    extract_features(workspace, "flux_power")
    ids = workspace.targets.ids()
    workspace.targets.path(ids[0]).unlink()
    made = null_features(workspace, [(ids[0], 0), (ids[1], 0)], "flux_power")
    assert made.target_ids == [ids[1]]


def test_too_few_are_refused():
    with pytest.raises(DesignError, match="most = 5 is out of range"):
        NullPlan(most=5)


def test_a_null_of_a_file_that_held_another_star_is_made_when_the_file_is_back(workspace_of_copies):
    workspace = workspace_of_copies
    extract_features(workspace, "flux_power")
    first, second = workspace.targets.ids()[:2]
    path = workspace.targets.path(first)
    mine = path.read_bytes()
    path.write_bytes(workspace.targets.path(second).read_bytes())
    assert null_features(workspace, [(first, 0), (second, 0)], "flux_power").target_ids == [second]
    path.write_bytes(mine)
    assert null_features(workspace, [(first, 0), (second, 0)], "flux_power").target_ids == [first, second]
