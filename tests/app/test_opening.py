"""A tab is answered before its page is there, and the page comes in parts."""

import asyncio
import gc
import inspect
import time
from collections.abc import Callable
from threading import Event
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import panel as pn
import pytest
from bokeh.document import Document
from bokeh.server.callbacks import NextTickCallback, SessionCallback, TimeoutCallback
from panel.io.state import set_curdoc

from clara_app import arrival, opening
from clara_app.live_text import LiveText
from clara_app.opening import Opening
from clara_app.page import ExplorerPage
from clara_app.session import Session
from clara_app.turns import Turns
from clara_engine.errors import WorkspaceUnavailable

SECONDS, TURNS = 60.0, 300


class Pages:
    """Hands out one page, or says why there is none."""

    def __init__(self, page: ExplorerPage, *troubles: Exception) -> None:
        self.page, self.troubles, self.areas = page, list(troubles), list[str]()
        self.turns = Turns(lambda act: None)

    def next_page(self, area: str) -> ExplorerPage:
        self.areas.append(area)
        if self.troubles:
            raise self.troubles.pop(0)
        return self.page


class Served(Document):
    """A document of a session that no browser has asked for."""

    session_context = SimpleNamespace(  # type: ignore[assignment]
        session=SimpleNamespace(connection_count=0),
        request=SimpleNamespace(arguments={}, cookies={}, headers={}),
        server_context=None,
        destroyed=False,
    )

    def __init__(self) -> None:
        super().__init__()
        self.planned: list[SessionCallback] = []  # in order, as the event loop of a server has them

    def add_next_tick_callback(self, callback: Callable[[], Any]) -> NextTickCallback:
        self.planned.append(planned := super().add_next_tick_callback(callback))
        return planned

    def add_timeout_callback(self, callback: Callable[[], Any], timeout_milliseconds: int) -> TimeoutCallback:
        self.planned.append(planned := super().add_timeout_callback(callback, timeout_milliseconds))
        return planned


class Tab:
    """A tab whose browser has not come yet; its event loop turns when it is told to."""

    def __init__(self, pages: Callable[[], Pages], query: str = "", remembered: str = "") -> None:
        self.document, self.paused = Served(), list[int]()
        with set_curdoc(self.document):
            self.opening = Opening(pages, query, remembered)  # type: ignore[arg-type]
            self.opening.begin()
            self.document.add_root(self.opening.view.get_root(self.document))

    def turn(self) -> int:
        """Call back what waits longest, once something does; the models that are there then."""
        deadline = time.monotonic() + SECONDS
        while not self.document.planned:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        with set_curdoc(self.document):
            done = self.document.planned.pop(0).callback()
        models = len(list(self.document.models))
        if inspect.isawaitable(done):  # it keeps the lock of the document meanwhile
            asyncio.run(done)
            self.paused.append(models)
        return models

    def show(self, page: ExplorerPage) -> list[int]:
        """Turn until the whole page is there; the models after each turn."""
        counts = [self.turn()]
        while self.document.planned or page.view not in self.opening.view:
            assert len(counts) < TURNS, self.words()
            counts.append(self.turn())
        return counts

    def words(self) -> str:
        return " ".join(str(one.object) for one in self.opening.view.select(pn.pane.HTML))


@pytest.fixture(autouse=True)
def without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "IOLoop", SimpleNamespace(current=lambda: None))
    monkeypatch.setattr(opening, "call_on_page", lambda loop, document, act: document.add_next_tick_callback(act))


@pytest.fixture
def page(session: Session) -> ExplorerPage:
    return ExplorerPage(session)


def test_the_tab_is_answered_while_the_workspace_is_still_being_opened(page: ExplorerPage) -> None:
    asked, released = Event(), Event()

    def pages() -> Pages:
        asked.set()
        released.wait(SECONDS)
        return Pages(page)

    tab = Tab(pages)  # made on the event loop, which is free again here
    assert asked.wait(SECONDS)
    assert "being opened" in tab.words()
    released.set()
    assert tab.show(page)[-1] > 300


def test_no_turn_of_the_event_loop_draws_most_of_the_page_and_around_each_box_others_are_heard(
    page: ExplorerPage,
) -> None:
    tab = Tab(lambda: Pages(page))
    counts = tab.show(page)
    assert len(set(tab.paused)) == 1 + len(page.parts()) > 4  # more of the page is there at each pause
    added = [after - before for before, after in zip([0, *counts], counts, strict=False)]
    assert len([count for count in added if count > 10]) > 3
    assert max(added) < counts[-1] / 2


def test_it_shows_what_the_address_asks_for_in_the_theme_of_this_browser(page: ExplorerPage) -> None:
    star, pages = page.session.order[2], Pages(page)
    tab = Tab(lambda: pages, f"?target={star}&area=vet", "dark")
    assert tab.opening.view.css_classes == ["dark"]
    tab.show(page)
    assert pages.areas == ["vet"]
    assert (page.session.target_id, page.session.area, page.session.dark) == (star, "vet", True)


def test_nothing_changes_until_a_browser_that_was_there_before_has_drawn_the_page(
    page: ExplorerPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "has_browser", lambda document: True)
    monkeypatch.setattr(arrival, "on_its_way", lambda: False)
    tab, drawn = Tab(lambda: Pages(page)), list[str]()
    tab.show(page)
    page.session.follow(lambda event: drawn.append(event.new), "notice")
    empty = [box for box in page.parts() if not len(box)]
    with set_curdoc(tab.document):
        page.session.notify("while the browser draws the boxes")
        page.tab.drawn = True
    while tab.document.planned:
        tab.turn()
    assert len(empty) > len([box for box in page.parts() if not len(box)])
    assert not page.tab.drawn  # it is asked again
    assert not page.tab.whole
    assert drawn == []
    with set_curdoc(tab.document):
        page.tab.drawn = True
        page.session.notify("while what it said is on its way")
    while tab.document.planned:
        tab.turn()
    assert drawn == ["while the browser draws the boxes", "while what it said is on its way"]
    assert page.tab.whole


def test_a_link_shows_no_star_but_its_own(session: Session) -> None:
    session.awake = False  # as one that waits for the next tab
    page, named = ExplorerPage(session), session.order[2]
    before = session.star.name
    tab = Tab(lambda: Pages(page), f"?target={named}")
    while page.view not in tab.opening.view:
        tab.turn()
    shown = " ".join(str(one.object) for one in tab.opening.view.select(LiveText))
    assert named in page.address.query
    assert before not in shown


def test_why_there_is_no_page_is_told_and_it_is_tried_again(page: ExplorerPage) -> None:
    pages = Pages(page, WorkspaceUnavailable("no <disk>"), WorkspaceUnavailable("no <disk>"))
    tab = Tab(lambda: pages)
    tab.turn()  # its turn comes at once
    tab.turn()
    assert "no &lt;disk&gt;" in tab.words()
    tab.show(page)
    assert "disk" not in tab.words()
    assert len(pages.areas) == 3


def test_tabs_that_come_at_once_are_filled_one_after_another(page: ExplorerPage) -> None:
    pages = Pages(page)
    first, second = Tab(lambda: pages), Tab(lambda: pages)
    first.turn()
    second.turn()
    assert not second.document.planned
    first.show(page)
    assert second.document.planned
    assert len(pages.areas) == 1


def test_a_fault_is_told_and_logged(page: ExplorerPage, caplog: pytest.LogCaptureFixture) -> None:
    def pages() -> Pages:
        raise KeyError("x")

    tab = Tab(pages)
    tab.turn()
    assert "a fault of CLARA" in tab.words()
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_an_error_is_told_by_its_page_which_is_not_kept_for_that(page: ExplorerPage) -> None:
    tab = Tab(lambda: Pages(page))
    tab.show(page)
    with set_curdoc(tab.document):
        tell = pn.config.exception_handler
    tell(WorkspaceUnavailable("the disk is full"))
    assert "the disk is full" in page.session.notice
    held, around = {id(page.session)}, [tell]
    for _ in range(4):  # what it holds, and what these hold
        around = [one for one in gc.get_referents(*around) if not isinstance(one, type | ModuleType | FunctionType)]
        assert held.isdisjoint(map(id, around))
