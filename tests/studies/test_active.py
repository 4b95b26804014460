"""Active learning puts what is like the known anomalies first, and says when it has nothing to learn from."""

import shutil

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.studies.active import known_stars, learned_scores, rerank


def test_who_is_known():
    rows = [
        ("a", "planet"),
        ("b", "nothing"),
        ("c", "planet"),
        ("c", "nothing"),
        ("d", "maybe"),
        ("e", "unheard of"),
        ("a", "maybe"),
    ]
    opinions = pd.DataFrame(rows, columns=["target_id", "label"])
    assert known_stars(opinions, {"planet": True, "nothing": False, "maybe": None}) == {"a": True, "b": False}


def test_what_is_like_the_known_anomalies_comes_first():
    rng = np.random.default_rng(5)
    crowd, wanted, other = rng.normal(size=(300, 4)), rng.normal(6, 0.5, (12, 4)), rng.normal(-6, 0.5, (12, 4))
    rows = np.concatenate([crowd, wanted, other])
    known = {300: True, 301: True, 302: True, 312: False, 313: False, 314: False}
    learned = rerank(rows, known, seed=1)
    assert learned[303:312].min() > learned[315:].max()
    assert np.argsort(-learned)[:12].min() >= 300
    np.testing.assert_array_equal(learned, rerank(rows, known, seed=1))
    assert 0 < learned.min() < learned.max() < 1
    turned = rerank(rows, {place: not anomaly for place, anomaly in known.items()}, seed=1)
    assert turned[315:].min() > turned[303:312].max()


def test_verdicts_move_the_stars_of_a_run(trained, tmp_path):
    ws = Workspace.open(shutil.copytree(trained.folder, tmp_path / "ws"))
    run, ids = ws.runs.get("latest"), ws.targets.ids()
    with pytest.raises(WorkspaceError, match="needs a verdict first"):
        learned_scores(ws, run)
    for target_id in ids[:2]:
        ws.verdicts.add(target_id, "dipper", author="ann")
    for target_id in ids[10:14]:
        ws.verdicts.add(target_id, "nothing", author="ann")
    found = learned_scores(ws, run)
    assert sorted(found.index) == ids
    assert found.is_monotonic_decreasing
    assert set(ids[:4]) <= set(found.index[:10])  # the four stars with dips, of which two were shown
    assert found[ids[:2]].min() > found[ids[10:14]].max()
    pd.testing.assert_series_equal(found, learned_scores(ws, run))
