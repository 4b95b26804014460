"""With a login the server says who the author is; without one a person does."""

import sqlite3
from contextlib import closing

import pytest

from clara_app.page import ExplorerPage
from clara_app.panes.ephemeris import EphemerisBar
from clara_app.panes.run_card import RunCard, card_facts
from clara_app.panes.selection import SelectionBar
from clara_app.session import Session
from clara_engine.account import local_user
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


def authors(session: Session) -> dict[str, set[str]]:
    """Every table that says who has done something, and whom it names since the test began."""
    database = session.server.workspace.folder / "clara.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [(table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})")]
        by = [(table, column) for table, column in columns if column in ("author", "account")]
        return {
            f"{table}.{column}": {name for (name,) in connection.execute(f"SELECT {column} FROM {table}")} - {""}
            for table, column in by
        }


def test_whatever_is_written_carries_the_login(session: Session, spec, until) -> None:
    page = ExplorerPage(session)
    before = authors(session)
    session.log_in("ada")
    session.author = page.star.verdict.author.value = "bob"
    given = {"token": "t", "target": session.target_id, "label": "flare", "author": "bob", "account": "bob"}
    page.star.verdict.entry.receive({"give": given | {"tab": "tab of bob"}})
    page.star.verdict.entry.receive({"tab": "tab of bob"})
    session.undo_verdict()
    session.redo_verdict()
    session.adopt(Ephemeris(3.0, session.curve.finite().time[0], 0.1))
    EphemerisBar(session).save()
    session.selection = list(session.table.index[:3])
    selection = SelectionBar(session)
    selection.title.value = "three"
    selection.save()
    session.retrain(spec("of ada"))
    until(session, lambda: any(run.name == "of ada" for run in session.server.runs))
    assert session.server.workspace.runs.get("of ada").author == "ada"
    card = RunCard(session, lambda spec: None)
    card.name_field.value = "renamed"
    card.rename()
    page.star.verdict.editor.open()
    page.star.verdict.editor.save()
    assert "for ada" in card_facts(session.server.workspace.runs.get("latest"))["made"]
    after = authors(session)
    assert {table: names - before[table] for table, names in after.items()} == {table: {"ada"} for table in after}


def test_nobody_undoes_what_another_login_has_given(session: Session) -> None:
    session.log_in("ada")
    session.give_verdict("flare")
    other = Session(session.server)
    other.log_in("bob")
    other.key = session.key
    other.undo_verdict()
    assert other.notice == "nothing to undo"
    session.undo_verdict()
    assert not session.server.workspace.verdicts.history(session.target_id)["standing"].any()
