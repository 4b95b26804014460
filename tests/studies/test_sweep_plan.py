"""Plans of sweeps: published grids, and grids from TOML."""

import pytest

from clara_engine.errors import DesignError
from clara_engine.forest import ForestSettings
from clara_engine.studies.sweep_plan import PLANS, SweepPlan, set_path
from clara_engine.synthetic import PRESETS, paper36

AXES = {"design.curves": (20, 40), "design.background.noise_ppm": (100.0, 300.0)}


@pytest.fixture
def plan(small_spec):
    return SweepPlan(name="small", base=small_spec, axes=AXES)


def test_published_grids():
    assert [spec.design.digest() for spec in PLANS["paper36"].specs()] == [design.digest() for design in paper36()]
    assert PLANS["paper36"].specs()[0].name == "paper36: n100 d13 c2 n50ppm"
    noises = [spec.design.background.noise_ppm for spec in PLANS["noise"].specs()]
    spans = [spec.design.background.span_days for spec in PLANS["span"].specs()]
    assert (min(noises), max(noises), min(spans), max(spans)) == (25, 800, 0.73, 27)
    assert {50, 225} <= set(noises)
    assert {23.75, 24.5, 25.25} <= set(spans)


def test_the_grids_that_p3_p5_and_p9_were_chosen_from():
    sizes = {name: len(PLANS[name].points()) for name in ("paper_noise", "paper_span", "paper_curves", "paper68")}
    assert sizes == {"paper_noise": 15, "paper_span": 62, "paper_curves": 6, "paper68": 68}
    made = {spec.design.digest() for spec in PLANS["paper68"].specs()}
    parts = [spec.design.digest() for name in ("paper_span", "paper_curves") for spec in PLANS[name].specs()]
    assert made == set(parts)
    assert len(made) == len(parts) == 68
    assert {PRESETS[name].digest() for name in ("P3", "P5", "P9")} <= made
    noises = [spec.design.background.noise_ppm for spec in PLANS["paper_noise"].specs()]
    assert noises == [*range(25, 301, 25), 400, 600, 800]
    assert {(spec.design.curves, spec.design.background.span_days) for spec in PLANS["paper_noise"].specs()} == {
        (300, 13.5)
    }
    assert len({spec.name for spec in PLANS["paper68"].specs()}) == 68


def test_points_outside_a_grid_need_every_axis(small_spec):
    point = {"design.curves": 30, "design.background.noise_ppm": 200.0}
    assert SweepPlan(name="small", base=small_spec, axes=AXES, more=(point,)).points()[-1] == point
    with pytest.raises(DesignError, match=r"more: a point has values for design\.curves, not for the axes"):
        SweepPlan(name="small", base=small_spec, axes=AXES, more=({"design.curves": 30},))


def test_grids_from_toml(tmp_path):
    path = tmp_path / "depths.toml"
    path.write_text(
        'name = "depths"\n[base]\nfeature_set = "steering"\nforest = {n_estimators = 50}\n[axes]\n'
        'design = ["planets", "flares"]\n"design.curves" = [50, 100]\n'
        '"design.signals.0.depth" = [[0.001, 0.002], [0.002, 0.1]]\n"forest.min_samples_leaf" = [1, 2]\n'
    )
    plan = SweepPlan.from_toml(path)
    specs = plan.specs()
    assert len(specs) == 16
    assert {spec.design.signals[0].kind for spec in specs} == {"transits", "flares"}
    assert {spec.design.signals[0].depth for spec in specs} == {(0.001, 0.002), (0.002, 0.1)}
    assert len({spec.name for spec in specs}) == 16
    assert specs[0].forest == ForestSettings(n_estimators=50)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[axes]\n"design.curvs" = [1]', "axis 'design.curvs': there is no 'curvs'; there are: name, curves"),
        ('[axes]\n"design.signals.4.depth" = [[0.1, 0.2]]', "axis 'design.signals.4.depth': '4' is no number from 0"),
        ('[axes]\n"design.curves" = [0]', "curves = 0 is out of range"),
        ('[axes]\n"design.curves" = []', "axis 'design.curves' has no values"),
        ('[base]\ndesign = "comets"', "no design 'comets': choose one of P3"),
        ('[base]\nforest = "oak"', "there is no forest 'oak'"),
        ("[axes]\nseed = [1, -1]", "seed"),
        ("axes = [", "can't be read"),
        ('colour = "red"', "colour is not a setting"),
        ("base = 3", "base = 3 can't be used: it must be a table"),
    ],
)
def test_grids_that_can_not_be_run_are_refused_in_one_line(tmp_path, text, words):
    path = tmp_path / "grid.toml"
    path.write_text(text)
    with pytest.raises(DesignError, match=words) as refused:
        SweepPlan.from_toml(path)
    assert "\n" not in str(refused.value)


def test_set_path_copies():
    before = {"a": {"b": [1, {"c": 2}]}}
    assert set_path(before, "a.b.1.c", 5) == {"a": {"b": [1, {"c": 5}]}}
    assert before == {"a": {"b": [1, {"c": 2}]}}
