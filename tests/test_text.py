"""Names as text: what is seen, and what is refused; numbers with their nouns."""

import ast
import itertools
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clara_app
import clara_engine
from clara_engine.errors import WorkspaceError
from clara_engine.text import NAME, NOTE, agreeing, counted, file_stem, typed, visible
from tests.sources import tree_of

#: A noun in the plural, with up to three words before it.
PLURAL = re.compile(
    r" (?:[a-z-]+ ){0,3}?(?:stars|events|curves|values|targets|files|tables|samples|runs|labels|rows|columns|points|"
    r"trees|features|sectors|cells|failures|folds|notes|duplicates|hosts|designs)\b"
)
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


@pytest.mark.parametrize(("lines", "most"), [(False, NAME), (True, NOTE)])
def test_names_and_notes_end_somewhere(lines, most):
    assert typed(f" {'x' * most} ", "a name", lines=lines) == "x" * most
    with pytest.raises(WorkspaceError, match=f"a name has 5,000,000 letters, and may have {most:,}: xxx") as refused:
        typed("x" * 5_000_000, "a name", lines=lines)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(("number", "words"), [(0, "0 stars are"), (1, "1 star is"), (1200, "1,200 stars are")])
def test_nouns_and_verbs_agree_with_their_number(number, words):
    assert f"{counted(number, 'star')} {agreeing(number, 'are')}" == words


def is_number(value: ast.FormattedValue) -> bool:
    """Whether what is put into a text is surely a number that may be 1: a length, a sum, or written with a comma."""
    found = value.value
    if value.format_spec is not None and "," in ast.unparse(value.format_spec):
        return not (isinstance(found, ast.Name) and found.id.isupper())
    if isinstance(found, ast.Call):
        return ast.unparse(found.func).split(".")[-1] in {"len", "sum", "count_nonzero"}
    return isinstance(found, ast.Attribute) and found.attr == "size"


@pytest.mark.parametrize("package", [clara_engine, clara_app], ids=["engine", "page"])
def test_no_text_puts_a_number_before_a_plural(package):
    """``1 stars``: `counted` writes numbers with their nouns."""
    found = []
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            for number, text in itertools.pairwise(parts):
                if isinstance(number, ast.FormattedValue) and isinstance(text, ast.Constant) and is_number(number):
                    noun = PLURAL.match(str(text.value))
                    if noun:
                        found.append(f"{path.name}:{node.lineno}: {ast.unparse(number.value)}{noun[0]}")
    assert found == []


@given(st.text())
def test_a_file_stem_leads_nowhere_else(name):
    stem = file_stem(name)
    assert re.fullmatch(r"[-_a-zA-Z0-9][-_.a-zA-Z0-9]*", stem)
    assert stem == file_stem(stem)
