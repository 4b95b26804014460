"""The numbers of a run that a sweep may vary, as people type and see them."""

import pytest

from clara_engine.errors import DesignError
from clara_engine.studies.sweep_fields import SweepField, field_title, shown_value, sweep_fields, typed_values
from clara_engine.studies.sweep_plan import SweepPlan
from clara_engine.synthetic import EVENTS, PRESETS, steering_design
from clara_engine.workspace import RunSpec

DEPTH = SweepField("design.signals.0.depth", "depth (%)", (0.0005, 0.02))


def test_each_number_of_a_run_is_offered_with_its_unit_and_can_be_varied() -> None:
    spec = RunSpec(name="base", design=PRESETS["P9"])
    fields = {field.title: field for field in sweep_fields(spec)}
    assert {"curves", "noise (ppm)", "span (d)", "depth (%)", "trees", "seed", "seed of the design"} <= set(fields)
    assert len(fields) == len(sweep_fields(spec))
    assert fields["noise (ppm)"].value == 225
    for field in fields.values():
        if field.value is not None:
            typed = typed_values(field, shown_value(field.path, field.value))
            assert typed == (field.value,)
            assert SweepPlan(name="one", base=spec, axes={field.path: typed}).specs()[0].forest == spec.forest


def test_of_several_signals_each_depth_has_a_title_of_its_own() -> None:
    event = next(event for event, signals in EVENTS.items() if len(signals) > 1)
    titles = [field.title for field in sweep_fields(RunSpec(name="base", design=steering_design(event)))]
    assert sum(title.endswith("depth (%)") for title in titles) > 1
    assert len(set(titles)) == len(titles)


def test_flares_have_heights() -> None:
    fields = sweep_fields(RunSpec(name="base", design=steering_design("flares")))
    assert {field.title.split(": ")[-1] for field in fields if field.path.endswith(".depth")} == {"height (%)"}


def test_values_are_typed_in_the_unit_that_is_shown() -> None:
    assert typed_values(DEPTH, "0.05–2, 1 to 3, 0.1-0.2") == ((0.0005, 0.02), (0.01, 0.03), (0.001, 0.002))
    assert shown_value(DEPTH.path, "[0.0005, 0.02]") == "0.05–2"
    curves = SweepField("design.curves", "curves", 300)
    assert typed_values(curves, "100, 200") == (100, 200)
    assert typed_values(SweepField("design.background.noise_ppm", "noise (ppm)", 50.0), "100;2e2") == (100.0, 200.0)
    assert field_title("forest.n_estimators") == "trees"


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "has no values"), ("many", "'many' is no number"), ("1, 1", "a value twice"), ("0.5", "takes from–to")],
)
def test_what_can_not_be_taken_is_one_line(text: str, words: str) -> None:
    field = DEPTH if text == "0.5" else SweepField("design.curves", "curves", 300)
    with pytest.raises(DesignError, match=words):
        typed_values(field, text)
