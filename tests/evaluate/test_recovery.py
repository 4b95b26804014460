"""Recovery cells count what lies in them."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import DesignError
from clara_engine.evaluate.rates import clustered_interval
from clara_engine.evaluate.recovery import recovery, usual_axes


@pytest.fixture
def injected():
    rng = np.random.default_rng(3)
    depth = np.exp(rng.uniform(np.log(1e-3), np.log(1e-1), 600))
    found = rng.random(600) < np.interp(np.log(depth), [np.log(1e-3), np.log(1e-1)], [0, 1])
    return pd.DataFrame(
        {
            "depth": depth,
            "period_days": rng.uniform(1, 13, 600),
            "tmag": rng.uniform(6, 13, 600),
            "score": found + 0.5,
            "background": rng.integers(0, 40, 600).astype(str),
        }
    )


QUIET = np.linspace(0, 1, 101)


def test_every_event_is_in_one_cell_with_its_interval(injected):
    cells = recovery(injected, QUIET, x="depth", y="tmag", bins=4)
    assert len(cells) == 16
    assert cells["n"].sum() == 600
    assert cells["found"].sum() == (injected["score"] > 0.95).sum()
    for row in cells.itertuples():
        inside = injected["depth"].between(row.depth_low, row.depth_high * (1 + 1e-12)) & injected["tmag"].between(
            row.tmag_low, row.tmag_high
        )
        assert inside.sum() == row.n
        stars = injected.loc[inside, "background"]
        assert row.stars == stars.nunique()
        assert (row.low, row.high) == clustered_interval(injected.loc[inside, "score"] > 0.95, stars)


def test_deeper_events_are_found_more_often_and_axes_are_logarithmic(injected):
    cells = recovery(injected, QUIET, x="depth", bins=5)
    assert cells["recovery"].is_monotonic_increasing
    np.testing.assert_allclose(np.diff(np.log(cells["depth_high"])), np.diff(np.log(cells["depth_high"]))[0])


def test_share_sets_the_threshold(injected):
    even = injected.assign(score=np.linspace(0, 1, 600))
    for share in (0.01, 0.05, 0.5):
        found = recovery(even, QUIET, x="depth", bins=1, share=share)["recovery"].iloc[0]
        assert found == pytest.approx(share, abs=0.005)


def test_axes_that_events_do_not_have(injected):
    assert usual_axes(injected) == ("depth", "period_days")
    flares = injected.assign(period_days=np.nan)
    assert usual_axes(flares) == ("depth", "tmag")
    with pytest.raises(DesignError, match="these events have no period_days: choose among depth, tmag"):
        recovery(flares, QUIET, x="period_days")
