"""A part is hidden by a style of its own box, which leaves the layout of the page alone."""

import panel as pn

from clara_app.areas.parts import Tabs
from clara_app.hiding import HIDDEN, is_shown, show


def test_a_part_is_hidden_and_shown_without_a_new_layout_of_the_page() -> None:
    part = pn.Column(styles={"flex": "1 1 0"} | HIDDEN)
    model = part.get_root()
    assert (is_shown(part), model.styles["display"]) == (False, "none")
    show(part)
    assert (is_shown(part), model.styles) == (True, {"flex": "1 1 0", "display": None})  # the browser takes it away
    show(part, False)
    assert (is_shown(part), model.styles) == (False, {"flex": "1 1 0", "display": "none"})
    assert model.visible, "Bokeh would lay out the whole page"


def test_views_that_stood_beside_each_other_fill_the_width_again_when_one_is_left() -> None:
    views = Tabs({"one": pn.Spacer, "other": pn.Spacer})
    views.beside = ["one", "other"]
    assert views.__panel__().styles["display"] == "grid"
    views.beside = []
    styles = views.__panel__().styles
    assert {styles[name] for name in ("display", "grid-template-columns", "grid-auto-rows")} == {None}
