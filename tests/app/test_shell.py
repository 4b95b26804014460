"""The frame around every page: its look, and the side that folds away."""

import panel as pn
import pytest

from clara_app.address import theme_of
from clara_app.page import ExplorerPage
from clara_app.session import Session
from clara_app.shell import Shell


def test_the_look_is_a_class_that_everything_inherits_from() -> None:
    shell = Shell([pn.Column()])
    assert shell.view.css_classes == []
    shell.dark = True
    assert shell.view.css_classes == ["dark"]
    assert shell.chosen == ""
    shell.switch.value = False
    assert (shell.dark, shell.chosen, shell.view.css_classes) == (False, "light", [])


def test_the_side_folds_away_and_none_is_never_shown() -> None:
    shell = Shell([pn.Column()], side=[pn.Column()])
    assert shell.side.visible
    shell.side_open = False
    assert not shell.side.visible
    assert not Shell([pn.Column()]).side.visible


def test_a_side_that_is_filled_after_the_look_has_changed_is_shown() -> None:
    shell = Shell([pn.Column()], side=[wheel := pn.Column()])
    (box,) = shell.parts()
    box.clear()  # as while a page is on its way to the browser, which then says which look its system has
    shell.dark = True
    box.append(wheel)
    assert box.visible


@pytest.mark.parametrize(
    ("query", "look"),
    [
        ("?theme=dark", "dark"),
        ("theme=light&run=x", "light"),
        ("?theme=default", "light"),
        ("?theme=<b>", ""),
        ("", ""),
    ],
)
def test_an_address_may_name_the_look(query: str, look: str) -> None:
    assert theme_of(query) == look
    assert theme_of(query, "dark") == (look or "dark")
    assert theme_of(query, "<b>") == look


def test_the_system_is_asked_unless_the_address_or_the_cookie_names_the_look(session: Session) -> None:
    page = ExplorerPage(session)
    page.go("?map=pca", "<b>")
    assert not page.tab.known
    page.go("?map=pca", "dark")
    assert page.tab.known
    assert (session.dark, page.shell.dark) == (True, True)
    page.go("?theme=light", "dark")
    assert not session.dark
