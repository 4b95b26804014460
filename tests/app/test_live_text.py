"""Tests for text that changes."""

from clara_app.hiding import is_shown
from clara_app.live_text import LiveText
from clara_app.paged_table import PagedTable


def test_what_has_no_box_is_hidden_by_a_style_since_its_own_outdoes_that_of_bokeh() -> None:
    for made in (lambda **params: LiveText(object="words", **params), lambda **params: PagedTable(print, **params)):
        assert is_shown(made())
        part = made(visible=False)
        assert not is_shown(part)
        part.visible = True
        assert is_shown(part)
        part.visible = False
        assert not is_shown(part)
