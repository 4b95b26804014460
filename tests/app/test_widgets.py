from base64 import b64encode
from typing import Any

import panel as pn
import param
import pytest
from bokeh.document import Document

from clara_app.action_text import ActionText
from clara_app.file_field import FileField
from clara_app.widgets import (
    Button,
    Checkbox,
    CheckBoxGroup,
    FileDownload,
    FloatInput,
    IntInput,
    RadioButtonGroup,
    Select,
    Slider,
    TextInput,
    Toggle,
)


class Wheel(param.Parameterized):
    event: Any = param.Selector(default="dips", objects={"transits": "dips", "flares": "peaks"}, label="look for")
    trees = param.Integer(100, bounds=(1, 500), label="trees")
    depth = param.Number(None, bounds=(0, None), allow_None=True, doc="Depth [ppm].")
    span = param.Number(2.0, softbounds=(1, 27))
    bootstrap = param.Boolean(True)


def model(widget: pn.viewable.Viewable) -> Any:
    """What the browser gets."""
    return widget.get_root(Document())


def test_a_menu_offers_the_objects_of_a_parameter_and_both_follow_each_other() -> None:
    wheel = Wheel()
    menu = Select.from_param(wheel.param.event)
    assert (menu.labels, menu.value, menu.label) == (["transits", "flares"], "dips", "look for")
    menu.value = "peaks"
    assert wheel.event == "peaks"
    wheel.event = "dips"
    assert menu.value == "dips"


def test_a_menu_follows_new_objects() -> None:
    wheel = Wheel()
    menu = Select.from_param(wheel.param.event)
    wheel.param.event.objects = {"comets": "tails", "transits": "dips"}
    assert menu.labels == ["comets", "transits"]
    assert menu.value == "dips"


def test_a_menu_that_loses_its_value_takes_the_first() -> None:
    menu = Select(options=["a", "b"], value="b")
    shown = model(menu)
    menu.options = ["c", "d"]
    assert (menu.value, shown.value) == ("c", "c")
    menu.options = []
    assert menu.value is None
    menu.param.update(options={"x": 1, "y": 2}, value=2)
    assert (menu.value, shown.value) == (2, menu.unicode_values[1])


@pytest.mark.parametrize("kind", [Select, RadioButtonGroup, CheckBoxGroup])
def test_only_what_the_browser_shows_goes_to_it(kind: type) -> None:
    """Values may be anything; their titles are text."""
    menu = kind(options={"a": object()}, label="any")
    menu.get_root(root := Document())
    assert "object at" not in str(root.to_json())


@pytest.mark.parametrize(
    "widget",
    [
        Button(label="a", description="b"),
        Select(label="a", description="b", options=[1]),
        RadioButtonGroup(label="a", description="b", options=[1]),
        Checkbox(label="a", description="b"),
        CheckBoxGroup(label="a", description="b", options=[1]),
        FloatInput(label="a", description="b"),
        IntInput(label="a", description="b"),
        TextInput(label="a", description="b"),
        Toggle(label="a", description="b"),
        FileDownload(lambda: b"", filename="x.csv", label="a", description="b"),
    ],
    ids=lambda widget: type(widget).__name__,
)
def test_name_and_hint_go_to_the_browser_and_the_name_may_change(widget: Any) -> None:
    shown = model(widget)
    assert (shown.tags[0]["name"], shown.tags[0]["hint"]) == ("a", "b")
    widget.label = "c"
    assert shown.tags[0]["name"] == "c"


def test_numbers_take_bounds_and_kind_from_the_parameter() -> None:
    wheel = Wheel()
    trees, depth = IntInput.from_param(wheel.param.trees), FloatInput.from_param(wheel.param.depth)
    assert (trees.start, trees.end, trees.more["optional"]) == (1, 500, False)
    assert (depth.start, depth.end, depth.more["optional"]) == (0, None, True)
    trees.value, depth.value = 200, 0.5
    assert (wheel.trees, wheel.depth) == (200, 0.5)
    depth.value = None
    assert wheel.depth is None
    assert depth.hint == "Depth [ppm]."


def test_a_slider_of_an_integer_gives_integers() -> None:
    wheel = Wheel()
    slider = Slider.from_param(wheel.param.trees, start=1, end=1000, step=1)
    assert (slider.low, slider.high) == (1, 500)
    slider.track.value = 7.0
    assert wheel.trees == 7
    assert isinstance(wheel.trees, int)


def test_what_is_typed_may_lie_beyond_the_track_and_stays_when_the_track_is_not_moved() -> None:
    wheel = Wheel()
    slider = Slider.from_param(wheel.param.span, start=0.05, end=1000, step=0.25)
    slider.field.value = 90.0
    assert (wheel.span, slider.value, slider.track.value) == (90.0, 90.0, 27.0)
    slider.field.value = None  # no number
    assert wheel.span == 90.0
    slider.track.value = 3.0
    assert (wheel.span, slider.field.value) == (3.0, 3.0)
    wheel.span = 5.0
    assert (slider.track.value, slider.field.value) == (5.0, 5.0)


def test_a_tick_follows_and_is_followed() -> None:
    wheel = Wheel()
    tick = Checkbox.from_param(wheel.param.bootstrap)
    tick.value = False
    assert wheel.bootstrap is False
    wheel.bootstrap = True
    assert tick.value is True


def test_a_field_is_emptied_and_tells_what_the_browser_keeps() -> None:
    field = TextInput(label="name", kept="here")
    shown = model(field)
    assert shown.tags[0]["kept"] == "here"
    field.keep("there")
    assert shown.tags[0]["kept"] == "there"
    field.param.update(value="typed", value_input="typed")
    field.clear()
    assert (field.value, field.value_input, shown.value) == ("", "", "")


def test_a_field_that_is_filled_here_holds_that_as_if_it_were_typed() -> None:
    field = TextInput(label="folder")
    field.value = "/data"
    assert field.value_input == "/data"


def test_a_button_that_is_off_does_nothing() -> None:
    pressed: list[int] = []
    button = Button(label="Run", on_click=lambda: pressed.append(1))
    button.clicks += 1
    button.disabled = True
    button.clicks += 1
    assert pressed == [1]


def test_a_download_makes_its_file_when_it_is_pressed() -> None:
    made: list[int] = []
    download = FileDownload(lambda: made.append(1) or b"1,2", filename="stars.csv", label="CSV")
    model(download)
    assert made == []
    assert download.callback().read() == b"1,2"


def _parts(files: dict[str, list[bytes]]) -> list[dict[str, Any]]:
    sent = [(name, part) for name, parts in files.items() for part in parts]
    return [
        {"name": name, "first": i == 0, "content": b64encode(part).decode(), "last": i == len(sent) - 1}
        for i, (name, part) in enumerate(sent)
    ]


def test_files_come_in_parts_and_the_same_ones_may_come_again() -> None:
    came: list[dict[str, bytes]] = []
    field = FileField(came.append, label="light curves", multiple=True)
    files = {"a.csv": [b"time,", b"flux"], "b.csv": [b"x"]}
    for _ in range(2):
        for part in _parts(files):
            field.receive(part)
    assert came == [{"a.csv": b"time,flux", "b.csv": b"x"}] * 2


def test_files_that_are_too_large_are_not_kept() -> None:
    came: list[dict[str, bytes]] = []
    field = FileField(came.append, label="light curves", most_bytes=5)
    for part in _parts({"a.csv": [b"time", b",flux", b"1,2"]}):
        field.receive(part)
    assert came == []


def test_a_button_in_a_text_says_what_it_does() -> None:
    said: list[str] = []
    text = ActionText(said.append)
    text.receive("save")
    assert said == ["save"]
