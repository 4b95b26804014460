"""Ingesting again: files that are known are not read, and columns stay with their files."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.store import file_summary
from clara_engine.studies.ingest import ingest


def test_a_known_file_is_not_read_again_unless_it_changed(tmp_path, light_curve_folder, monkeypatch):
    store = Workspace.open(tmp_path / "ws")
    files = sorted(light_curve_folder.iterdir())[:3]
    assert ingest(store, files).added == 3
    read = []
    real = file_summary.summarise_file
    monkeypatch.setattr(file_summary, "summarise_file", lambda *about: read.append(about) or real(*about))
    assert ingest(store, files).known == 3
    assert read == []


def test_columns_that_were_named_are_kept_with_the_file(tmp_path):
    time = 1325 + np.arange(500) / 720
    flux = np.random.default_rng(0).normal(1, 1e-3, 500)
    pd.DataFrame({"when": time, "bright": flux, "flux": flux + 5}).to_csv(tmp_path / "TIC7_s0001.csv", index=False)
    store = Workspace.open(tmp_path / "ws")
    ingest(store, [tmp_path / "TIC7_s0001.csv"], columns="time=when flux=bright")
    (target_id,) = store.targets.ids()
    assert np.median(store.targets.light_curve(target_id).flux) == pytest.approx(1, abs=1e-3)
    assert ingest(store, [tmp_path / "TIC7_s0001.csv"]).known == 1
