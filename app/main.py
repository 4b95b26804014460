"""The script that ``panel serve app`` runs for each tab."""

import logging

import panel as pn

from clara_app.address import area_of
from clara_app.head import HEAD
from clara_app.page import failure_page
from clara_app.ready_pages import ready_pages
from clara_app.server import server
from clara_app.shell import THEME_COOKIE
from clara_app.theme import PLOT_THEME
from clara_engine.errors import ClaraError, one_line

log = logging.getLogger(__name__)

pn.extension()


def build() -> pn.viewable.Viewable:
    """The page of a new tab, or one that says why there is none."""
    query = pn.state.location.search if pn.state.location is not None else ""
    try:
        page = ready_pages(server()).next_page(area_of(query))
        page.go(query, pn.state.cookies.get(THEME_COOKIE, ""))
    except (ClaraError, OSError) as error:
        return failure_page(one_line(error))
    except Exception as error:
        log.exception("no page could be made")
        return failure_page(f"This is a fault of CLARA, and the server's log has more. {one_line(error)}")
    page.listen()
    if pn.state.curdoc is not None:
        pn.config.exception_handler = page.session.failed  # of this page alone
        pn.state.curdoc.theme, pn.state.curdoc.template = PLOT_THEME, HEAD
    return page.view


build().servable(title="CLARA")
