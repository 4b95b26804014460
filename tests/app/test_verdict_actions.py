"""With a login the server says who the author is; without one a person does."""

import pytest

from clara_app.page import ExplorerPage
from clara_app.session import Session
from clara_app.verdict_actions import local_user
from clara_engine.periods import Ephemeris


def last(session: Session) -> dict[str, str]:
    return session.server.workspace.verdicts.history(session.target_id).iloc[-1][["author", "account"]].to_dict()


def test_without_a_login_a_person_says_who_it_is(session: Session) -> None:
    session.give_verdict("planet", author="ada")
    assert last(session) == {"author": "ada", "account": local_user()}
    session.author = ""
    session.give_verdict("flare")
    assert last(session)["author"] == "unknown"


def test_a_login_is_the_author_whatever_the_browser_says(session: Session) -> None:
    session.log_in("ada")
    session.author = "bob"
    assert session.author == "ada"
    session.give_verdict("planet", author="bob", account="bob")
    assert last(session) == {"author": "ada", "account": "ada"}
    session.undo_verdict()
    assert last(session) == {"author": "ada", "account": "ada"}
    session.adopt(Ephemeris(3.0, session.curve.finite().time[0], 0.1))
    assert session.signature() == session.signature("bob") == "ada"


@pytest.mark.parametrize("user", [None, ""])
def test_whoever_is_not_logged_in_has_no_login(session: Session, user: str | None) -> None:
    session.log_in(user)
    assert (session.login, session.author) == ("", "tester")


def test_a_page_takes_the_login_of_its_tab(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ExplorerPage(session)
    assert not page.star.verdict.author.disabled
    monkeypatch.setattr("clara_app.page.name_on_page", lambda: "ada")
    page.go("")
    assert (session.login, session.author, session.account) == ("ada", "ada", "ada")
    assert page.star.verdict.author.disabled
    assert page.star.verdict.author.value == "ada"
