"""Names as text: what is seen, and what is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import WorkspaceError
from clara_engine.text import typed, visible

ANY = st.text(st.characters(exclude_categories=[]))


@given(ANY)
def test_what_is_shown_is_one_line_that_any_terminal_can_show(text):
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in shown)
    shown.encode()
    assert visible(shown) == shown


@given(ANY)
def test_what_is_typed_is_either_shown_as_it_is_or_refused(text):
    try:
        kept = typed(text, "a name")
    except WorkspaceError as error:
        told = str(error)
    else:
        assert kept == visible(kept) == text.strip()
        return
    assert visible(told) == told


@pytest.mark.parametrize("text", ["plain", "π Mensae c", "[/x]", r"\[/x]", "星", "👩‍🚀", "a  b", ":smile:"])
def test_text_stays(text):
    assert typed(text, "a name") == visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\u202eb", r"a\u202eb"),
        ("\udcff.fits", r"\udcff.fits"),
        ("a\x9bb", r"a\x9bb"),
        ("a\u2028b", r"a\u2028b"),
    ],
)
def test_controls_are_seen_and_refused(text, shown):
    assert visible(text) == shown
    with pytest.raises(WorkspaceError, match="can't hold the control character"):
        typed(f"x{text}", "a name")
