"""The fields of an event: usual units, and nothing trained that is not on the screen."""

from pathlib import Path

import pytest

from clara_app.controls.design import UPLOAD, DesignControl
from clara_app.controls.event_fields import EVENT_SETTINGS, EventFields
from clara_app.controls.forest import ForestControl
from clara_app.controls.retrain import RetrainControl
from clara_app.session import Session
from clara_engine.errors import DesignError
from clara_engine.setting import allowed
from clara_engine.synthetic import EVENTS
from clara_engine.synthetic.signals import DrawnShape, Flares, Transits


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_that_nobody_changed_is_that_of_the_engine(event: str) -> None:
    event_fields = EventFields(lambda: None)
    event_fields.offer(EVENTS[event])
    assert event_fields.signals() == EVENTS[event]
    assert {"depth"} < set(event_fields.fields) or event == "faults"
    for name, field in event_fields.fields.items():
        assert field.range.low >= allowed(type(EVENTS[event][0]), name).low


def test_fields_are_in_usual_units_and_reach_the_design() -> None:
    event_fields = EventFields(lambda: None)
    event_fields.offer((Transits(),))
    low, high = event_fields.fields["depth"].fields
    assert (low.label, low.value, high.value) == ("depth from, %", 0.05, 2.0)
    low.value = 0.1
    for field, value in zip(event_fields.fields["duration_hours"].fields, (2.0, 6.0), strict=True):
        field.value = value
    for field, value in zip(event_fields.fields["events"].fields, (3, 5), strict=True):
        field.value = value
    assert event_fields.signals() == (Transits(depth=(0.001, 0.02), duration_hours=(2, 6), events=(3, 5)),)
    for field in event_fields.fields["events"].fields:
        field.value = None
    assert event_fields.signals()[0].events is None


def test_what_cannot_be_taken_is_marked_where_it_stands_in_its_own_unit() -> None:
    event_fields = EventFields(lambda: None)
    event_fields.offer((Transits(),))
    period = event_fields.fields["period_days"]
    period.fields[0].value = 20
    assert event_fields.refusal == "period runs from 20 down to 13 d: swap them"
    assert period.why.visible
    assert all("refused" in field.css_classes and field.tags[0]["refused"] for field in period.fields)
    with pytest.raises(DesignError, match="period runs from 20"):
        event_fields.signals()
    period.fields[1].value = 25
    assert event_fields.refusal == ""
    assert not period.why.visible
    assert all("refused" not in field.css_classes and "refused" not in field.tags[0] for field in period.fields)
    assert event_fields.signals()[0].period_days == (20, 25)

    depth = event_fields.fields["depth"].fields
    depth[1].value = 30
    assert event_fields.refusal == "depth: 0.0001 to 20 % can be taken"
    depth[1].value = None
    assert event_fields.refusal == "depth has one end: give both"
    depth[1].value = 2
    event_fields.fields["events"].fields[0].value = 3
    assert event_fields.refusal == "events has one end: give both or none"


def test_flares_have_a_height_and_a_shape_that_repeats_no_duration() -> None:
    event_fields = EventFields(lambda: None)
    event_fields.offer((Flares(),))
    assert event_fields.fields["depth"].fields[0].label == "height from, %"
    event_fields.offer((DrawnShape(points=((0, 0), (0.5, -1), (1, 0))),))
    assert set(event_fields.fields) == {"depth", "period_days"}
    assert set(EVENT_SETTINGS) >= set(event_fields.fields)


def test_nothing_older_is_trained_while_a_field_is_refused(session: Session) -> None:
    design, forest = DesignControl(session), ForestControl(session)
    control = RetrainControl(session, design, forest)
    design.event = "planets"
    low, _ = design.event_fields.fields["period_days"].fields
    low.value = 20
    assert control.button.disabled
    assert control.reason() == "can't train: period runs from 20 down to 13 d: swap them"
    control.press()
    assert not [job for job in session.jobs if job.state.active]
    low.value = 2
    assert (control.reason(), control.button.disabled) == ("", False)
    assert control.spec().design.signals[0].period_days == (2, 13)
    forest.variant = "URF1"
    low.value = 20
    assert control.reason() == ""  # such a forest has no synthetic set


def test_generated_noise_has_its_fields(session: Session) -> None:
    design = DesignControl(session)
    design.event = "flares"
    assert not design.noise_rows.visible
    design.ground = "grid"
    design.param.update(white_ppm=100, red_ppm=50, grid_minutes=10)
    assert design.noise_rows.visible
    ground = design.design().background
    assert (ground.white_ppm, ground.red_ppm, ground.cadence_minutes) == (100, 50, 10)


def test_what_the_wheel_makes_is_read_back_from_toml(session: Session, tmp_path: Path) -> None:
    design = DesignControl(session)
    design.param.update(event="planets", ground="grid", grid_minutes=10)
    for field, value in zip(design.event_fields.fields["duration_hours"].fields, (2.0, 6.0), strict=True):
        field.value = value
    made = design.design()
    (tmp_path / "made.toml").write_text(made.to_toml())
    assert type(made).from_toml(tmp_path / "made.toml") == made


def test_a_file_that_holds_no_shape_takes_the_place_of_an_older_one(session: Session) -> None:
    design, forest = DesignControl(session), ForestControl(session)
    control = RetrainControl(session, design, forest)
    design.event = UPLOAD
    assert "choose a CSV file" in control.reason()
    design.uploaded({"dip.csv": b"0,0\n0.5,-1\n1,0\n"})
    assert control.reason() == ""
    design.uploaded({"bad.csv": b"no shape at all"})
    assert control.button.disabled
    with pytest.raises(DesignError):
        design.design()
