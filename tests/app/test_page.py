"""The page as a whole, without a browser."""

import gc
import time
import weakref

from clara_app.page import ExplorerPage
from clara_app.server import Server
from clara_app.session import Session


def test_nothing_keeps_a_page_that_nobody_has(server: Server) -> None:
    def made() -> list[weakref.ref]:
        session = Session(server)
        return [weakref.ref(session), weakref.ref(ExplorerPage(session))]

    left, end = made(), time.monotonic() + 300
    while any(one() is not None for one in left) and time.monotonic() < end:  # what is computed for it ends first
        time.sleep(0.05)
        gc.collect()
    assert [one() is None for one in left] == [True, True]


def test_what_happened_last_stands_below_the_page_until_it_is_dismissed(session: Session) -> None:
    line = ExplorerPage(session).view[-1]
    assert line.object == ""
    session.find("<b>12 345")
    assert "no target &lt;b&gt;12 345 in this workspace" in line.object
    line.action("dismiss")
    assert (session.notice, line.object) == ("", "")
