from base64 import b64encode
from typing import Any

import param
import pytest

from clara_app.fields import (
    Button,
    Choice,
    Download,
    Field,
    FileField,
    Menu,
    NumberField,
    Slider,
    TextField,
    Tick,
    Ticks,
    WholeField,
)


class Wheel(param.Parameterized):
    event: Any = param.Selector(default="dips", objects={"transits": "dips", "flares": "peaks"}, label="look for")
    trees = param.Integer(100, bounds=(1, 500), label="trees")
    depth = param.Number(None, bounds=(0, None), allow_None=True, doc="Depth [ppm].")
    span = param.Number(2.0, softbounds=(1, 27))
    bootstrap = param.Boolean(True)


def test_a_menu_offers_the_objects_of_a_parameter_and_both_follow_each_other() -> None:
    wheel = Wheel()
    menu = Menu.from_param(wheel.param.event)
    assert (menu.titles, menu.chosen, menu.label) == (["transits", "flares"], 0, "look for")
    menu._handle_msg({"chosen": 1})
    assert wheel.event == "peaks"
    wheel.event = "dips"
    assert (menu.value, menu.chosen) == ("dips", 0)


def test_a_menu_follows_new_objects() -> None:
    wheel = Wheel()
    menu = Menu.from_param(wheel.param.event)
    wheel.param.event.objects = {"comets": "tails", "transits": "dips"}
    assert menu.titles == ["comets", "transits"]
    assert (menu.value, menu.chosen) == ("dips", 1)


def test_a_menu_that_loses_its_value_takes_the_first() -> None:
    menu = Menu(options=["a", "b"], value="b")
    menu.options = ["c", "d"]
    assert (menu.value, menu.chosen) == ("c", 0)
    menu.options = []
    assert (menu.value, menu.chosen) == (None, -1)
    menu.param.update(options={"x": 1, "y": 2}, value=2)
    assert (menu.value, menu.chosen) == (2, 1)


def test_a_value_that_is_no_option_shows_as_none() -> None:
    assert Menu(options=["a"], value=None).chosen == -1


@pytest.mark.parametrize("place", [-1, 2, 99])
def test_a_place_that_is_no_option_changes_nothing(place: int) -> None:
    choice = Choice(options=["a", "b"], value="b")
    choice._handle_msg({"chosen": place})
    assert choice.value == "b"


def test_numbers_take_bounds_and_kind_from_the_parameter() -> None:
    wheel = Wheel()
    trees, depth = WholeField.from_param(wheel.param.trees), NumberField.from_param(wheel.param.depth)
    assert (trees.start, trees.end, trees.whole, trees.optional) == (1, 500, True, False)
    assert (depth.start, depth.end, depth.whole, depth.optional) == (0, None, False, True)
    trees._handle_msg({"value": 200})
    depth._handle_msg({"value": 0.5})
    assert (wheel.trees, wheel.depth) == (200, 0.5)
    depth._handle_msg({"value": None})
    assert wheel.depth is None
    assert depth.description == "Depth [ppm]."


def test_a_slider_of_an_integer_gives_integers() -> None:
    wheel = Wheel()
    slider = Slider.from_param(wheel.param.trees)
    assert (slider.low, slider.high, slider.whole) == (1, 500, True)
    slider._handle_msg({"value": 7.0})
    assert wheel.trees == 7
    assert isinstance(wheel.trees, int)
    assert (Slider.from_param(wheel.param.span).low, Slider.from_param(wheel.param.span).start) == (1, None)


def test_a_tick_follows_and_is_followed() -> None:
    wheel = Wheel()
    tick = Tick.from_param(wheel.param.bootstrap)
    tick._handle_msg({"value": False})
    assert wheel.bootstrap is False
    wheel.bootstrap = True
    assert tick.value is True


def test_text_is_known_as_it_is_typed_and_when_it_is_done() -> None:
    field, entered = TextField(value="old"), []
    field.param.watch(lambda event: entered.append(field.value), "enter_pressed")
    assert field.value_input == "old"
    field._handle_msg({"value_input": "new"})
    assert (field.value, field.value_input) == ("old", "new")
    field._handle_msg({"value": "newer"})
    assert (field.value, field.value_input) == ("newer", "newer")
    field._handle_msg({"enter_pressed": True})
    field._handle_msg({"enter_pressed": True})
    assert entered == ["newer", "newer"]
    field.clear()
    assert (field.value, field.value_input) == ("", "")


def test_the_browser_sets_nothing_else() -> None:
    field = TextField(label="name")
    field._handle_msg({"label": "gone", "visible": False})
    assert field.label == "name"
    assert field.visible


def test_a_button_that_is_off_does_nothing() -> None:
    pressed: list[int] = []
    button = Button(label="Run", on_click=lambda: pressed.append(1))
    button._handle_msg({"pressed": True})
    button.disabled = True
    button._handle_msg({"pressed": True})
    assert pressed == [1]


def test_a_download_makes_its_file_when_it_is_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(Download, "_send_msg", lambda self, message: sent.append(message))
    download = Download(lambda: b"1,2", filename="stars.csv", label="CSV")
    assert sent == []
    download.press()
    assert sent == [{"name": "stars.csv", "content": b"1,2"}]


def test_only_what_the_browser_shows_goes_to_it() -> None:
    """Values may be anything; their titles are text."""
    from bokeh.document import Document

    menu = Menu(options={"a": object()}, label="any")
    root = menu.get_root(Document())
    assert root.data.titles == ["a"]
    assert not {"options", "value"} & root.data.properties()
    assert isinstance(menu, Field)


def test_ticks_keep_the_order_of_the_options() -> None:
    ticks = Ticks(options={"one": 1, "two": 2, "three": 3})
    assert (ticks.titles, ticks.chosen, ticks.value) == (["one", "two", "three"], [], [])
    ticks._handle_msg({"chosen": [2, 0]})
    assert (ticks.value, ticks.chosen) == ([1, 3], [0, 2])
    ticks.value = [2, 9]
    assert (ticks.value, ticks.chosen) == ([2], [1])
    ticks.options = {"three": 3, "four": 4}
    assert (ticks.value, ticks.chosen) == ([], [])
    ticks._handle_msg({"chosen": [1, 7]})
    assert ticks.value == [4]


def _parts(files: dict[str, list[bytes]]) -> list[dict[str, Any]]:
    sent = [(name, part) for name, parts in files.items() for part in parts]
    return [
        {"name": name, "first": i == 0, "content": b64encode(part).decode(), "last": i == len(sent) - 1}
        for i, (name, part) in enumerate(sent)
    ]


def test_files_come_in_parts_and_the_same_ones_may_come_again() -> None:
    field = FileField(label="light curves", multiple=True)
    came: list[dict[str, bytes]] = []
    field.param.watch(lambda event: came.append(event.new), "value")
    files = {"a.csv": [b"time,", b"flux"], "b.csv": [b"x"]}
    for _ in range(2):
        for part in _parts(files):
            field._handle_msg(part)
    assert came == [{"a.csv": b"time,flux", "b.csv": b"x"}] * 2


def test_files_that_are_too_large_are_not_kept() -> None:
    field = FileField(label="light curves", most_bytes=5)
    for part in _parts({"a.csv": [b"time", b",flux", b"1,2"]}):
        field._handle_msg(part)
    assert field.value == {}
