"""A dialog stands nowhere until it is opened; the browser tests open and close it."""

import panel as pn

from clara_app.dialog import Dialog


def test_a_dialog_joins_the_page_when_it_is_opened() -> None:
    dialog = Dialog(pn.pane.Str("first"), title="Jobs")
    place = dialog.__panel__()
    assert list(place.select(pn.pane.Str)) == []
    dialog.open = True
    assert [one.object for one in place.select(pn.pane.Str)] == ["first"]
    dialog.fill(pn.pane.Str("second"))
    assert [one.object for one in place.select(pn.pane.Str)] == ["second"]


def test_closing_it_in_the_browser_is_known_here() -> None:
    dialog = Dialog(title="Jobs")
    dialog.open = True
    (window,) = dialog.__panel__()
    window.receive({"opened": False})
    assert not dialog.open
    dialog.open = True
    assert window.opened
