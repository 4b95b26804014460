"""Features of designs are kept block by block, and shared by designs that share curves."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine import LightCurve, Target
from clara_engine.errors import Cancelled, DesignError
from clara_engine.studies import injections
from clara_engine.studies.extract import extract_features
from clara_engine.studies.injections import contrast_features, injected_features
from clara_engine.synthetic import EVENTS, SyntheticDesign, generate_each, steering_design
from tests.small_workspace import star

HOSTS = [star(tic, seed=tic).finite() for tic in range(1, 4)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(injections, "BLOCK", 10)


@pytest.fixture
def count(monkeypatch):
    """How many curves have had their features computed."""
    computed = []
    original = injections.feature_rows

    def counted(curves, *arguments, **options):
        computed.extend(curve.target.id for curve in curves)
        return original(curves, *arguments, **options)

    monkeypatch.setattr(injections, "feature_rows", counted)
    return computed


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([*EVENTS, "paper"]), st.integers(0, 1000), st.integers(1, 5), st.integers(0, 4))
def test_a_curve_does_not_depend_on_how_many_there_are(event, seed, fewer, more):
    if event == "paper":
        design = SyntheticDesign.paper(curves=fewer, span_days=6, cadence_minutes=30, noise_ppm=100, seed=seed)
    else:
        design = steering_design(event, curves=fewer, seed=seed)
    short = list(generate_each(design, observed=HOSTS))
    long = generate_each(design.changed(curves=fewer + more), observed=HOSTS)
    for (one, fact), (other, same) in zip(short, long, strict=False):
        np.testing.assert_array_equal(one.flux, other.flux)
        assert str(fact) == str(same)


def test_longer_designs_go_on_from_shorter_ones(workspace, small_design, count):
    design = small_design.changed(curves=20, seed=5)
    short = injected_features(workspace, design, "flux_power")
    assert len(count) == 20
    long = injected_features(workspace, design.changed(curves=30, name="longer"), "flux_power")
    assert len(count) == 30
    np.testing.assert_array_equal(long.rows[:20], short.rows)
    pd.testing.assert_frame_equal(long.truth.head(20), short.truth)
    np.testing.assert_array_equal(contrast_features(workspace, design, "flux_power"), short.rows)
    assert len(count) == 30
    contrast_features(workspace, design.changed(seed=6), "flux_power")
    assert len(count) == 50


def test_stopped_work_goes_on_where_it_stopped(workspace, small_design, count):
    class Stop:
        def stage(self, name, step=None):
            pass

        def __call__(self, done, total):
            if done > 15:
                raise Cancelled

    with pytest.raises(Cancelled):
        injected_features(workspace, small_design, "flux_power", Stop())
    before = len(count)
    resumed = injected_features(workspace, small_design, "flux_power").rows
    assert 10 <= before < 40
    assert len(count) == before + 30
    (folder,) = (workspace.folder / "cache" / "injected").iterdir()
    for path in folder.iterdir():
        path.unlink()
    np.testing.assert_array_equal(injected_features(workspace, small_design, "flux_power").rows, resumed)


def test_truth_belongs_to_the_rows_and_names_the_background(workspace):
    extract_features(workspace, "flux_power")
    hosts = workspace.targets.ids()[:4]
    made = injected_features(workspace, steering_design("binaries", curves=12), "flux_power", backgrounds=hosts)
    assert set(made.truth["background"]) == set(hosts)
    assert (made.truth["tmag"] == 10).all()
    assert made.truth["depth"].between(0.01, 0.5).all()
    other = injected_features(workspace, steering_design("binaries", curves=12), "flux_power", backgrounds=hosts[:3])
    assert set(other.truth["background"]) == set(hosts[:3])


def test_some_curves_without_features_are_dropped_and_most_are_refused(workspace, monkeypatch, small_design):
    original = injections.generate_each

    def constant(every):
        def generated(design, *, observed=()):
            for index, (curve, event) in enumerate(original(design, observed=observed)):
                flat = LightCurve(time=curve.time, flux=np.ones(len(curve)), target=Target(tic=-1 - index))
                yield (flat if index % 4 < every else curve), event

        return generated

    monkeypatch.setattr(injections, "generate_each", constant(1))
    made = injected_features(workspace, small_design, "flux_power")
    assert made.truth["index"].tolist() == [i for i in range(40) if i % 4 >= 1]
    assert len(made.rows) == len(made.truth) == 30
    monkeypatch.setattr(injections, "generate_each", constant(3))
    with pytest.raises(DesignError, match=r"design 'small': 30 of 40 curves have no features"):
        injected_features(workspace, small_design.changed(seed=8), "flux_power")
