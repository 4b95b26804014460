"""Pages that are made before anybody asks for one."""

from collections.abc import Callable
from contextvars import copy_context

import panel as pn
import pytest
from bokeh.document import Document
from panel.custom import ReactiveESM
from panel.io.state import set_curdoc

from clara_app.page import ExplorerPage
from clara_app.ready_pages import ReadyPages
from clara_app.server import Server
from clara_app.session import Session
from clara_engine.errors import WorkspaceUnavailable


def at_once(act: Callable[[], None]) -> None:
    """The event loop of somebody who is alone."""
    act()


class Page(int):
    """A number in place of a page, made in two steps."""

    def __init__(self, number: int) -> None:
        self.steps = iter((True, True))


class Maker:
    """Makes numbers in place of pages."""

    def __init__(self) -> None:
        self.made, self.version = 0, 0

    def __call__(self, area: str) -> Page:
        self.made += 1
        return Page(self.made)

    def stamp(self) -> int:
        return self.version


def test_a_ready_page_is_handed_out_once_and_followed_by_another() -> None:
    maker, planned = Maker(), []
    pages = ReadyPages(maker, maker.stamp, planned.append, at_once)  # type: ignore[arg-type]
    pages.prepare()
    pages.prepare()
    assert maker.made == 1
    assert pages.next_page() == 1
    assert pages.next_page() == 2  # nothing was ready yet
    assert len(planned) == 1
    planned.pop()()
    assert maker.made == 3
    assert pages.next_page() == 3
    assert len(planned) == 1


def test_the_next_page_is_made_when_no_tab_is_being_filled() -> None:
    maker, planned, tabs = Maker(), [], []
    pages = ReadyPages(maker, maker.stamp, planned.append, at_once)  # type: ignore[arg-type]
    pages.turns.take(tabs.append)
    pages.next_page()
    planned.pop()()
    assert maker.made == 1
    tabs.pop()()  # it is whole
    assert maker.made == 2


def test_a_ready_page_does_not_belong_to_the_tab_before() -> None:
    """Panel finds the document of a page in the context of what is called, and what is called later inherits that."""
    made_for: list[object] = []

    def make(area: str) -> Page:
        made_for.append(pn.state.curdoc)
        return Page(1)

    pages = ReadyPages(make, lambda: 0, lambda act: None, at_once)  # type: ignore[arg-type]
    with set_curdoc(Document()):
        later = copy_context()
    later.run(pages.prepare)
    assert made_for == [None]


def test_a_page_of_another_area_is_made_when_it_is_asked_for(server: Server) -> None:
    def make(area: str) -> ExplorerPage:
        return ExplorerPage(Session(server, area=area))

    pages = ReadyPages(make, lambda: 0, lambda act: None, at_once)
    pages.prepare()
    assert list(pages.next_page("vet").areas) == ["vet"]
    assert list(pages.next_page().areas) == ["explore"]


def test_a_page_that_would_show_something_old_is_thrown_away() -> None:
    maker = Maker()
    pages = ReadyPages(maker, maker.stamp, lambda act: None, at_once)  # type: ignore[arg-type]
    pages.prepare()
    maker.version = 1
    assert pages.next_page() == 2


def test_a_page_is_made_in_parts_and_whoever_takes_it_before_makes_the_rest(server: Server) -> None:
    soon: list[Callable[[], None]] = []
    make = lambda area: ExplorerPage(Session(server, area=area), at_once=False)  # noqa: E731
    pages = ReadyPages(make, lambda: 0, lambda act: None, soon.append)
    pages.prepare()
    for _ in range(2):
        soon.pop()()
    page = pages.next_page()
    soon.pop()()
    assert soon == []  # it left the page to whoever has it
    assert len(list(page.steps)) > 3
    assert list(page.areas) == ["explore"]
    whole = ExplorerPage(Session(server))
    assert len(list(page.view.select())) == len(list(whole.view.select()))


def test_a_page_that_cannot_be_made_is_told_to_whoever_asks() -> None:
    def broken(area: str) -> ExplorerPage:
        raise OSError("no disk")

    pages = ReadyPages(broken, lambda: 0, lambda act: None, at_once)
    pages.prepare()
    with pytest.raises(OSError, match="no disk"):
        pages.next_page()


@pytest.mark.parametrize("trouble", [OSError("no disk"), WorkspaceUnavailable("it has gone"), KeyError("a fault")])
def test_only_a_fault_of_the_program_is_logged_with_a_traceback(
    caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    def broken(area: str) -> ExplorerPage:
        raise trouble

    ReadyPages(broken, lambda: 0, lambda act: None).prepare()
    (record,) = (one for one in caplog.records if "no page could be prepared" in one.message)
    assert bool(record.exc_info) == isinstance(trouble, KeyError)


def test_a_page_that_nobody_sees_asks_for_no_jobs_until_it_is_opened(server: Server) -> None:
    for file in (server.workspace.folder / "maps").iterdir():
        file.unlink()
    page = ExplorerPage(Session(server, awake=False))
    assert server.queue.jobs() == []
    star = page.session.order[2]
    page.go(f"?target={star}&map=pca&area=vet&theme=dark")
    assert (page.session.target_id, page.session.area, page.session.dark) == (star, "vet", True)
    assert [job.kind for job in server.queue.jobs()] == ["map"]


def test_every_component_is_taken_as_it_is(session: Session) -> None:
    page = ExplorerPage(session)
    components = page.view.select(ReactiveESM)
    assert len(components) > 20
    bundled = [any(vars(kind).get("_bundle") for kind in type(one).__mro__) for one in components]
    assert all(bundled)  # Panel would translate each of the others anew
