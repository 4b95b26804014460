"""The script that ``panel serve app`` runs for each tab."""

import panel as pn
from panel.theme import Design

from clara_app.opening import Opening
from clara_app.ready_pages import pages_of
from clara_app.server import server
from clara_app.tab import SYSTEM_COOKIE, THEME_COOKIE
from clara_app.theme import PAGE_CSS, PLOT_THEME

pn.extension(raw_css=[PAGE_CSS])
pn.config.design = Design


def build() -> pn.viewable.Viewable:
    """The page of a new tab, or one that says why there is none."""
    query = pn.state.location.search if pn.state.location is not None else ""
    chosen, system = (pn.state.cookies.get(name, "") for name in (THEME_COOKIE, SYSTEM_COOKIE))
    opening = Opening(lambda: pages_of(server()), query or "", chosen, system)
    if pn.state.curdoc is not None:
        pn.state.curdoc.theme = PLOT_THEME
        opening.begin()
    return opening.view


build().servable(title="CLARA")
